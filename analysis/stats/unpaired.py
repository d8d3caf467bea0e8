"""Differences between two sets of values that were not measured together."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from analysis.stats.interval import Floats, Interval


def difference_interval(first: Floats, second: Floats, confidence: float = 0.95) -> Interval:
    """Return the interval of mean(second) - mean(first), of independent values whose spreads may differ.

    Assumes that both means are about normal: give it logarithms. It is too narrow where the values of one set hang
    together, and knows nothing of what differs between two sittings as a whole. Fewer than two values in a set give an
    interval without bounds. Welch, Biometrika 34 (1947); degrees of freedom by Satterthwaite (1946).
    """
    sizes = np.array([len(first), len(second)])
    if sizes.min() < 2:
        return Interval(-np.inf, np.inf, confidence, int(sizes.min()))
    parts = np.array([first.var(ddof=1), second.var(ddof=1)]) / sizes
    between = float(second.mean() - first.mean())
    if not parts.any():
        return Interval(between, between, confidence, int(sizes.min()))
    freedom = parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum()
    reach = float(stdtrit(freedom, 0.5 + confidence / 2) * np.sqrt(parts.sum()))
    return Interval(between - reach, between + reach, confidence, int(sizes.min()))
