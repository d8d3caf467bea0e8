"""Drift: whether values go up or down in the order in which they were measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from analysis.stats.interval import Floats


@dataclass(frozen=True, slots=True)
class Drift:
    """How much a value rises from one to the next (the median of all slopes), and the p of there being no trend."""

    slope: float
    p: float


def drift(values: Floats) -> Drift:
    """Return the trend of values in their order.

    Hypothesis: every order of the values is as likely. Assumes independent values, of any distribution. Wrong where
    neighbours hang together without a trend (it cries wolf: see allowance.py), and blind to what goes up and
    comes down again. All pairs are looked at: a few thousand values at most. Mann, Econometrica 13 (1945) 245; Kendall,
    Rank Correlation Methods (1975), for ties; Sen, Journal of the American Statistical Association 63 (1968) 1379.
    """
    n = len(values)
    if n < 3:
        return Drift(0.0, 1.0)
    first, later = np.triu_indices(n, 1)
    rises = values[later] - values[first]
    ties = np.unique(values, return_counts=True)[1].astype(np.float64)
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    score = abs(np.sign(rises).sum())
    p = 2 * ndtr(-max(score - 1, 0) / np.sqrt(variance)) if variance > 0 else 1.0
    return Drift(float(np.median(rises / (later - first))), float(p))
