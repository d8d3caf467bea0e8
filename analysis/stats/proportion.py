"""Proportions: how often something happens, from how often it happened."""

from __future__ import annotations

from scipy.special import betaincinv

from analysis.stats.interval import Interval


def proportion_interval(times: int, of: int, confidence: float = 0.95) -> Interval:
    """Return the interval of the chance of what happened so many times.

    Hypothesis: none. Assumes that each time is independent of the others and that the chance is the same. It holds the
    truth at least as often as it says, and more often where `of` is small. Wrong where tries share what they rest on: a
    run that is in several comparisons makes them fail together. Clopper and Pearson, Biometrika 26 (1934) 404.
    """
    tail = (1 - confidence) / 2
    low = float(betaincinv(times, of - times + 1, tail)) if times else 0.0
    high = float(betaincinv(times + 1, of - times, 1 - tail)) if times < of else 1.0
    return Interval(low, high, confidence, of)
