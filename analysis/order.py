"""Latency over the order of pages: what comes first, what comes last, and what recurs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.load import Result, readings
from analysis.stats.interval import Floats
from workloads.spec import Condition

MOST_BINS = 512


def order(result: Result, condition: Condition, metric: str = "first_touch") -> Floats:
    """Return the median over runs of the latency in ns at each place in the order, in at most MOST_BINS bins.

    Only for a single thread: several have no common order. Empty where the condition has no data.
    """
    series = [by[metric] for run, by in readings(result) if run.trial.condition == condition and metric in by]
    if not series:
        return np.empty(0)
    bins = min(MOST_BINS, len(series[0]))
    return np.asarray(np.median([means(ns, bins) for ns in series], axis=0))


def means(ns: NDArray[np.int64], bins: int) -> Floats:
    """Return the means of so many stretches of readings, as np.array_split would part them."""
    size, longer = divmod(len(ns), bins)
    sizes = np.full(bins, size) + (np.arange(bins) < longer)
    return np.asarray(np.add.reduceat(ns, np.cumsum(sizes) - sizes) / sizes)
