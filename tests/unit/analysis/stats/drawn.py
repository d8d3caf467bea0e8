"""Made-up processes whose truth is known: the shapes in which times come, by blocks that hang together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shape = Callable[[np.random.Generator, tuple[int, int]], Floats]
READINGS = 41


def normal(rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    """Return process means around 100, a tenth apart."""
    return rng.normal(100, 10, size)


def lognormal(rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    """Return process means that differ by factors, with a long tail."""
    return rng.lognormal(4, 0.7, size)


def bimodal(rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    """Return processes of which each is in a fast or a slow mode, as where its pages lie decides."""
    return np.where(rng.random(size) < 0.5, rng.normal(100, 12, size), rng.normal(150, 18, size))


def clustered(share: float) -> Shape:
    """Return quantiles of skewed readings that hang together: processes differ more than readings within one."""

    def draw(rng: np.random.Generator, size: tuple[int, int]) -> Floats:
        levels = rng.normal(0, 0.2, size)[..., None]
        readings = 100 * np.exp(levels + rng.exponential(0.1, (*size, READINGS)))
        readings.partition(int(share * READINGS), axis=-1)
        return readings[..., int(share * READINGS)]

    return draw


def readings_bimodal(rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    """Return means of readings of two modes, in processes that differ a little."""
    slow = rng.binomial(READINGS, 0.5, size)
    within = (100 * (READINGS - slow) + 200 * slow) / READINGS
    return within * np.exp(rng.normal(0, 0.05, size))


SHAPES: dict[str, Shape] = {
    "normal": normal,
    "lognormal": lognormal,
    "bimodal processes": bimodal,
    "bimodal readings": readings_bimodal,
    "clustered, p50": clustered(0.5),
    "clustered, p90": clustered(0.9),
}


def log_ratios(shape: Shape, tries: int, blocks: int, truth: float, seed: int = 20261125) -> Floats:
    """Return the logarithms of (tries, blocks) ratios whose true value is `truth`; a block slows both sides alike."""
    rng = np.random.default_rng((seed, blocks))
    baseline, treatment = (shape(rng, (tries, blocks)) for _ in range(2))
    slowness = rng.lognormal(0, 0.3, (tries, blocks))
    return np.log(treatment * truth * slowness) - np.log(baseline * slowness)
