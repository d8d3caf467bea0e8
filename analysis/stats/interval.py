"""Intervals: an estimate with the range that the data leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

Floats = NDArray[np.float64]
RESAMPLES = 1000
FEWEST = 6
"""Replicates below which resampling says nothing: with 3, a "95 %" interval held the truth in 77 % of simulations."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A range with its confidence; `replicates` is how many independent units (processes, blocks) it rests on."""

    low: float
    high: float
    confidence: float
    replicates: int


def mean_interval(values: Floats, confidence: float = 0.95) -> Interval:
    """Return Student's interval of a mean of independent values.

    Assumes that the mean, not each value, is about normal. It is too narrow for few values from a very skewed
    distribution: give it logarithms of ratios. A single value gives an interval without bounds. Student (1908).
    """
    n = len(values)
    if n < 2:
        return Interval(-np.inf, np.inf, confidence, n)
    reach = stdtrit(n - 1, 0.5 + confidence / 2) * values.std(ddof=1) / np.sqrt(n)
    return Interval(float(values.mean() - reach), float(values.mean() + reach), confidence, n)


def resampled_interval(estimates: Floats, replicates: int, confidence: float = 0.95, fewest: int = FEWEST) -> Interval:
    """Return the percentile interval of bootstrap estimates, widened for few replicates, unbounded below `fewest`.

    Plain percentiles are as narrow as if the spread were known; the widened ones reach as far as Student's t does.
    Hesterberg, What Teachers Should Know About the Bootstrap (2015), section 3.2. Wrong where the statistic depends on
    single extreme readings, as p99.9 of a few thousand does: ask for more replicates there.
    """
    if replicates < fewest:
        return Interval(-np.inf, np.inf, confidence, replicates)
    tail = ndtr(np.sqrt(replicates / (replicates - 1)) * stdtrit(replicates - 1, (1 - confidence) / 2))
    low, high = np.quantile(estimates, (tail, 1 - tail))
    return Interval(float(low), float(high), confidence, replicates)


def draw_weights(replicates: int, seed: int, resamples: int = RESAMPLES) -> Floats:
    """Return how often each replicate is drawn in each resample: shape (resamples, replicates), the same for a seed."""
    equal = np.full(replicates, 1 / replicates)
    return np.random.default_rng(seed).multinomial(replicates, equal, size=resamples).astype(np.float64)
