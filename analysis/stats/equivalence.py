"""Equivalence: whether two conditions differ by less than what matters, which no test of difference can show."""

from __future__ import annotations

from analysis.stats.difference import Difference


def equivalence(found: Difference, low: float, high: float) -> float:
    """Return the p of two one-sided tests that a difference lies between two bounds.

    Hypothesis: the true difference is at or beyond a bound. Assumes what made the difference. At p < alpha the interval
    of confidence 1 - 2 alpha lies inside; the lab asks for the whole interval of the claim's confidence, which halves
    the false alarms. Wrong with bounds that were chosen after the data. Schuirmann, J. Pharmacokinetics and
    Biopharmaceutics 15 (1987) 657 to 680.
    """
    return max(found.above(low), found.below(high))
