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


def histograms(samples: list[NDArray[np.int64]]) -> tuple[Floats, Floats]:
    """Return counts (samples, bins) and the bins' values in ns, ascending; empty bins are left out."""
    binned = [np.unique(bin_of(ns), return_counts=True) for ns in samples]
    occupied = np.unique(np.concatenate([bins for bins, _ in binned]))
    counted = np.zeros((len(samples), len(occupied)))
    for row, (bins, counts) in zip(counted, binned, strict=True):
        row[np.searchsorted(occupied, bins)] = counts
    return counted, value_of(occupied)


def quantiles(counted: Floats, values: Floats, shares: list[float]) -> Floats:
    """Return quantiles of histograms: (n, bins) counts and the bins' values give (len(shares), n) in ns."""
    cumulative = np.cumsum(counted, axis=1)
    sizes = cumulative[:, -1:]
    return np.stack([values[(cumulative >= share * sizes).argmax(axis=1)] for share in shares])
