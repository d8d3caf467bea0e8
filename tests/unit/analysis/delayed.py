"""Made-up validations: touches whose processes differ by chance, and delays that are what was asked for, or not."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analysis.load import Result
from bench.experiments.validation import design
from bench.experiments.wish import Wish
from bench.run.executor import Outcome
from tests.unit.analysis.plots.made import result
from tests.unit.bench.run.fake import report
from workloads.program import Success
from workloads.spec import Condition, Samples, Series

Skew = Callable[[Condition], float]
"""By what factor a condition's touches are longer than they should be."""


def validation(
    folder: Path, *, blocks: int = 50, spread: float = 0.01, seed: int = 1, skew: Skew = lambda c: 1.0, **of: object
) -> Result:
    """Return the result of a validation that was never run; processes differ by `spread`."""
    rng = np.random.default_rng(seed)

    def answer(condition: Condition, samples: Path) -> Outcome:
        level = rng.normal(0, spread)
        delay = int(condition.get("delay_per_mille") or 0) / 1000
        touched = 1e6 * skew(condition) * np.exp(level + rng.normal(0, 0.02, 9))
        waited = touched * delay
        readings = [*(touched + waited).astype(int).tolist(), *waited.astype(int).tolist()]
        samples.write_bytes(struct.pack("<18Q", *readings))
        series = (Series("touches", 0, 9), Series("delay", 0, 9))
        return Success(report=report(), samples=Samples(samples, series))

    return result(folder, design(Wish(pages=64)), blocks=blocks, answer=answer, **of)
