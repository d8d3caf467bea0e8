"""Estimates from blocks: whatever is a sum over blocks by another, with an interval from drawing whole blocks anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.stats.interval import Floats, draw_weights, resampled_interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, and the number of blocks that it rests on."""

    value: float
    low: float
    high: float
    blocks: int

    def through(self, change: Callable[[float], float]) -> Estimate:
        """Return the estimate after a change that keeps or turns round the order."""
        low, high = sorted((float(change(self.low)), float(change(self.high))))
        return Estimate(float(change(self.value)), low, high, self.blocks)


def ratio_of_sums(above: Floats, below: Floats, seed: int) -> Estimate:
    """Return the sum of one quantity over that of another, each given block by block.

    That is a mean where `below` is 1 in every block, a least-squares slope through the origin where the two are the
    sums of x y and of x x. Assumes that blocks are independent of each other; unbounded below six of them.
    """
    weights = draw_weights(len(above), seed)
    bottom = weights @ below
    drawn = np.divide(weights @ above, bottom, out=np.full(len(bottom), np.nan), where=bottom != 0)
    found = resampled_interval(drawn[np.isfinite(drawn)], len(above))
    return Estimate(float(above.sum() / below.sum()), found.low, found.high, len(above))


def mean_of_blocks(values: Floats, seed: int) -> Estimate:
    """Return the mean of one value a block."""
    return ratio_of_sums(values, np.ones(len(values)), seed)
