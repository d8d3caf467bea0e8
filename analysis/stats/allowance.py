"""Allowance: p values of tests that take values for independent, where neighbours hang together."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.stats.autocorrelation import effective_size
from analysis.stats.change import Change, change
from analysis.stats.drift import Drift, drift
from analysis.stats.interval import Floats


def drift_of_neighbours(values: Floats) -> Drift:
    """Return the trend of values whose neighbours may hang together.

    Hypothesis: no trend. Assumes what drift() does, but for independence: the variance of the score grows as the number
    of independent values shrinks, which is estimated from what is left without the trend. Wrong for a few tens of
    values that hang together strongly, whose number it estimates too large: it cries wolf then, though less often than
    drift(). Yue and Wang, Water Resources Management 18 (2004) 201.
    """
    found = drift(values)
    left = values - found.slope * np.arange(len(values))
    return Drift(found.slope, float(2 * ndtr(ndtri(found.p / 2) * np.sqrt(share(left)))))


def change_of_neighbours(values: Floats) -> Change:
    """Return the likeliest place of a change in values whose neighbours may hang together.

    Hypothesis: no change. Assumes what change() does, but for independence, as drift_of_neighbours() does with what is
    left without the step. Pettitt's p is 2 exp(-6 K^2 / (n^3 + n^2)): K^2 grows as n^3 under the hypothesis, and as
    n^3 times n over the independent number where neighbours hang together; the exponent is divided by that. Our own
    adaption: held in simulation and found nowhere in print.
    """
    found = change(values)
    before, after = values[: found.before], values[found.before :]
    left = np.concatenate([before - np.mean(before) if len(before) else before, after - np.mean(after)])
    return Change(found.before, float(min(1.0, 2 * (found.p / 2) ** share(left))))


def share(values: Floats) -> float:
    """Return which share of values would be as many if they were independent."""
    return effective_size(values) / len(values)
