"""Readings in bins of equal ratio: small enough to resample thousands of times, fine enough for a quantile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.stats.interval import Floats

MANTISSA_BITS, KEPT_BITS = 52, 8
"""A bin is a double's exponent and its first eight bits: 0.2 to 0.4 % wide, and exact up to 512 ns."""


def bin_of(ns: NDArray[np.int64] | Floats) -> NDArray[np.int64]:
    """Return the bin of each reading, ascending with it."""
    return ns.astype(np.float64, copy=False).view(np.int64) >> (MANTISSA_BITS - KEPT_BITS)


def histograms(samples: Sequence[NDArray[np.int64] | Floats]) -> tuple[Floats, Floats]:
    """Return counts (samples, bins) and each bin's mean reading in ns, ascending; empty bins are left out.

    Every sample must be sorted. The mean and not the middle of a bin, so that an interval holds its own estimate where
    all readings of a bin are one value.
    """
    binned = [bin_of(ns) for ns in samples]
    starts = [np.flatnonzero(np.diff(bins, prepend=-1)) for bins in binned]
    occupied = np.unique(np.concatenate([bins[start] for bins, start in zip(binned, starts, strict=True)]))
    counted, sums = np.zeros((len(samples), len(occupied))), np.zeros(len(occupied))
    for row, bins, start, ns in zip(counted, binned, starts, samples, strict=True):
        places = np.searchsorted(occupied, bins[start])
        row[places] = np.diff(start, append=len(bins))
        sums[places] += np.add.reduceat(ns, start)
    return counted, sums / counted.sum(axis=0)


def quantiles(counted: Floats, values: Floats, shares: list[float]) -> Floats:
    """Return quantiles of histograms: (n, bins) counts and the bins' values give (len(shares), n) in ns."""
    cumulative = np.cumsum(counted, axis=1)
    sizes = cumulative[:, -1:]
    return np.stack([values[(cumulative >= share * sizes).argmax(axis=1)] for share in shares])
