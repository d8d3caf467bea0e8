"""Estimates from blocks: whatever is a sum over blocks by another, with an interval that rests on whole blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.stats.interval import Floats, mean_interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval, and the number of blocks that it rests on."""

    value: float
    low: float
    high: float
    blocks: int

    def through(self, change: Callable[[float], float]) -> Estimate:
        """Return the estimate after a change that keeps or turns round the order."""
        low, high = sorted((float(change(self.low)), float(change(self.high))))
        return Estimate(float(change(self.value)), low, high, self.blocks)


def ratio_of_sums(above: Floats, below: Floats, confidence: float = 0.95) -> Estimate:
    """Return the sum of one quantity over that of another, each given block by block.

    That is a mean where `below` is 1 in every block, a least-squares slope through the origin where the two are the
    sums of x y and of x x. Hypothesis: none. Assumes independent blocks, whatever hangs together within one, and enough
    of them that the ratio is about linear in what each gave. Wrong where one block has most of `below`. Unbounded for
    a single block. Cochran, Sampling Techniques (1977), section 6.3.
    """
    value = float(above.sum() / below.sum())
    found = mean_interval(value + (above - value * below) / below.mean(), confidence)
    return Estimate(value, found.low, found.high, len(above))


def mean_of_blocks(values: Floats, confidence: float = 0.95) -> Estimate:
    """Return the mean of one value a block; assumes and fails as mean_interval() does. Student (1908)."""
    return ratio_of_sums(values, np.ones(len(values)), confidence)
