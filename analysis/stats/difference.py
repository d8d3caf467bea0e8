"""Differences of two conditions, in the unit of the values; give logarithms to have ratios."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr, stdtrit

from analysis.stats.interval import Floats, Interval
from analysis.stats.sequential import at_each_look


@dataclass(frozen=True, slots=True)
class Difference:
    """Treatment less baseline: the estimate, its standard error and degrees of freedom, and how many units it rests on.

    Without a standard error (fewer than two units on a side) nothing can be told: it is infinite then. At each of
    `looks` the data could have ended the run: intervals and ps allow for it (see sequential.py).
    """

    value: float
    error: float
    freedom: float
    replicates: int
    looks: int = 1

    def interval(self, confidence: float = 0.95) -> Interval:
        """Return Student's interval; assumes and fails as what made the difference does."""
        far = self.error if np.isinf(self.error) else self.reach(confidence)
        return Interval(float(self.value - far), float(self.value + far), confidence, self.replicates)

    def reach(self, confidence: float) -> float:
        """Return how far the interval reaches to either side."""
        return float(stdtrit(self.freedom, 0.5 + at_each_look(confidence, self.looks) / 2) * self.error)

    def above(self, bound: float) -> float:
        """Return the one-sided p of the hypothesis that the true difference is at most `bound`."""
        if self.error == 0:
            return 0.0 if self.value > bound else 1.0
        p = 0.5 if np.isinf(self.error) else float(stdtr(self.freedom, (bound - self.value) / self.error))
        return min(1.0, self.looks * p)

    def below(self, bound: float) -> float:
        """Return the one-sided p of the hypothesis that the true difference is at least `bound`."""
        return replace(self, value=-self.value).above(-bound)


def paired(baseline: Floats, treatment: Floats) -> Difference:
    """Return the mean difference of two conditions that were measured in the same blocks: values in the same order.

    Hypothesis of its p: the mean of the blocks' differences is (at most, at least) a bound. Assumes that blocks are
    independent and that the mean of their differences is about normal, which two conditions of like shape make likely;
    nothing is assumed of what a block's conditions have in common, and drift that lasts longer than a block cancels.
    Wrong where blocks influence each other: see autocorrelation.py. Student, Biometrika 6 (1908).
    """
    return of_blocks(treatment - baseline)


def of_blocks(differences: Floats, looks: int = 1) -> Difference:
    """Return the mean of differences, one a block; assumes and fails as paired() does. Student (1908)."""
    n = len(differences)
    error = float(differences.std(ddof=1) / np.sqrt(n)) if n > 1 else np.inf
    return Difference(float(differences.mean()), error, max(n - 1, 0), n, looks)


def independent(baseline: Floats, treatment: Floats, looks: int = 1) -> Difference:
    """Return the difference of means of two conditions that share no blocks, as in two results.

    Hypothesis of its p: the means differ by (at most, at least) a bound. Assumes independent values and means that are
    about normal; spreads may differ. Wrong where something besides the condition changed between the two: it cannot
    know. Welch, Biometrika 34 (1947) 28; Satterthwaite, Biometrics Bulletin 2 (1946) 110.
    """
    value, fewest = float(treatment.mean() - baseline.mean()), min(len(baseline), len(treatment))
    if fewest < 2:
        return Difference(value, np.inf, 0, fewest, looks)
    parts = np.array([each.var(ddof=1) / len(each) for each in (baseline, treatment)])
    sizes = np.array([len(baseline) - 1, len(treatment) - 1])
    whole = parts.sum()
    freedom = float(whole**2 / (parts**2 / sizes).sum()) if whole > 0 else float(sizes.sum())
    return Difference(value, float(np.sqrt(whole)), freedom, fewest, looks)


def less_control(treatment: Floats, control_baseline: Floats, control_treatment: Floats) -> Floats:
    """Return the treatment less what its control differs by, block by block (difference of differences).

    Assumes that what the control shows is added to the treatment, as it is and in the same block. Wrong where it
    multiplies: take logarithms first. Ashenfelter and Card, Review of Economics and Statistics 67 (1985) 648.
    """
    return treatment - (control_treatment - control_baseline)
