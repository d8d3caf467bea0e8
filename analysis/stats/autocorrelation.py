"""Autocorrelation: how many independent values a row of values is worth."""

from __future__ import annotations

import numpy as np

from analysis.stats.interval import Floats


def effective_size(values: Floats) -> float:
    """Return how many independent values would tell the mean as well as these do, at least 1 and at most all of them.

    Hypothesis: none. Assumes one distribution throughout: a drift counts as correlation. Wrong for short rows, of which
    it knows little: below some 50 values it finds only what is strong. Correlations are summed in pairs for as long as
    a pair's sum is positive. Geyer, Statistical Science 7 (1992) 473, section 3.3.
    """
    n = len(values)
    if n < 4 or np.ptp(values) == 0:
        return float(n)
    correlation = autocorrelation(values)
    pairs = correlation[: n // 2 * 2].reshape(-1, 2).sum(axis=1)
    ends = np.flatnonzero(pairs <= 0)
    time = 2 * pairs[: ends[0] if len(ends) else len(pairs)].sum() - 1
    return float(np.clip(n / time, 1, n)) if time > 0 else float(n)


def autocorrelation(values: Floats) -> Floats:
    """Return the correlation of values with those 0, 1, ... n - 1 places later, each by the divisor n.

    Assumes one distribution throughout, and values that are not all equal. The divisor n keeps it a correlation
    (positive definite) at the price of a bias of about 1/n. Box and Jenkins, Time Series Analysis (1976), section 2.1.
    """
    off = values - values.mean()
    power = np.abs(np.fft.rfft(off, 2 * len(off))) ** 2
    summed: Floats = np.fft.irfft(power)[: len(off)]
    correlation: Floats = summed / summed[0]
    return correlation
