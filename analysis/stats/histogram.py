"""Readings in bins of equal ratio: small enough to resample thousands of times, fine enough for a quantile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stats.interval import Floats

STEP = 0.005
"""Width of a bin as a logarithm: a quantile read from it is right to half a percent."""


def bin_of(ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bin of each reading; below 1 ns all are one bin."""
    return (np.log(np.maximum(ns, 1)) / STEP).astype(np.int64)


def value_of(bins: NDArray[np.int64]) -> Floats:
    """Return the middle of each bin in ns."""
    return np.asarray(np.exp((bins + 0.5) * STEP))


def counts(ns: NDArray[np.int64], size: int) -> Floats:
    """Return how many readings fall into each of `size` bins."""
    return np.bincount(bin_of(ns), minlength=size).astype(np.float64)


def quantiles(histograms: Floats, share: float) -> Floats:
    """Return one quantile of every histogram: (n, bins) counts give n values in ns."""
    cumulative = np.cumsum(histograms, axis=1)
    reached = cumulative >= share * cumulative[:, -1:]
    return value_of(reached.argmax(axis=1))
