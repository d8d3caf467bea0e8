"""Intervals: an estimate with the range that the data leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from analysis.stats.sequential import at_each_look

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A range with its confidence; `replicates` is how many independent units (processes, blocks) it rests on."""

    low: float
    high: float
    confidence: float
    replicates: int


def mean_interval(values: Floats, confidence: float = 0.95) -> Interval:
    """Return Student's interval of a mean of values, one a process or block.

    Hypothesis: none; it holds the mean of whatever the values were drawn from. Assumes that the values are independent
    and that their mean, not each of them, is about normal. Wrong for a few values of a very skewed or lopsided
    bimodal distribution (one process in ten in a slow mode: too narrow): give it logarithms of ratios. A single value
    gives an interval without bounds. Student, Biometrika 6 (1908).
    """
    if len(values) < 2:
        return Interval(-np.inf, np.inf, confidence, len(values))
    middle, far = float(values.mean()), float(reach(values, confidence))
    return Interval(middle - far, middle + far, confidence, len(values))


def reach(values: Floats, confidence: float) -> Floats:
    """Return how far Student's interval reaches to either side of the mean, over the last axis of (..., n) values.

    Assumes what mean_interval() does; n is at least 2.
    """
    n = values.shape[-1]
    far: Floats = stdtrit(n - 1, 0.5 + confidence / 2) * np.std(values, axis=-1, ddof=1) / np.sqrt(n)
    return far


def geometric_interval(values: Floats, confidence: float = 0.95, looks: int = 1) -> tuple[float, Interval]:
    """Return the geometric mean of positive values, one a process, with Student's interval on their logarithms.

    It is the process that is typical where they differ by factors; a ratio of two such means is the mean of the ratios.
    The data could have ended the run at each of `looks`: see sequential.py. Hypothesis, assumption and where it is
    wrong: mean_interval(). Bland and Altman, BMJ 312 (1996) 1079.
    """
    logs: Floats = np.log(values)
    found = mean_interval(logs, at_each_look(confidence, looks))
    middle, low, high = np.exp([logs.mean(), found.low, found.high]).tolist()
    return middle, Interval(low, high, confidence, found.replicates)
