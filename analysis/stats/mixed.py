"""Mixed models: what holds of kinds of machine that were not measured, when each kind has a share of its own."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, stdtrit

from analysis.stats.interval import Floats, Interval

Groups = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """Coefficients with their covariance, and the variance between groups and within them.

    `freedom` are degrees of freedom: groups less coefficients, for it is groups that were drawn. `within` holds what
    the values' own errors add; `noise` is the mean of their squares.
    """

    coefficients: Floats
    covariance: Floats
    between: float
    within: float
    noise: float
    freedom: int
    groups: int

    @property
    def spread(self) -> float:
        """Return the standard deviation of what is true of one more member of one more group, without noise."""
        return float(np.sqrt(self.between + max(self.within - self.noise, 0.0)))

    def estimate(self, at: Floats, confidence: float = 0.95) -> tuple[float, Interval, Interval]:
        """Return the value at a row of the design, its interval, and that of one more member of one more group.

        The second is a prediction interval: Higgins, Thompson and Spiegelhalter, J. R. Statist. Soc. A 172 (2009) 137.
        """
        value, variance = float(at @ self.coefficients), float(at @ self.covariance @ at)
        far = float(stdtrit(self.freedom, 0.5 + confidence / 2))
        reaches = (far * np.sqrt(variance), far * np.sqrt(variance + self.spread**2))
        near, wide = (Interval(value - r, value + r, confidence, self.groups) for r in reaches)
        return value, near, wide

    def p(self, columns: Sequence[int]) -> float:
        """Return the p of the hypothesis that some coefficients are all 0 (Wald, against F)."""
        picked = np.array(columns)
        found, spread = self.coefficients[picked], self.covariance[np.ix_(picked, picked)]
        statistic = float(found @ np.linalg.solve(spread, found)) / len(picked)
        return float(fdtrc(len(picked), self.freedom, statistic))


def mixed(values: Floats, errors: Floats, design: Floats, groups: Groups) -> Mixed:
    """Return the model: values are the design times coefficients, plus a share of each group, plus one of each value.

    Restricted maximum likelihood, by statsmodels; ordinary least squares where no group has two values, for then the
    two shares are one. Assumes groups that were drawn independently, and shares that are about normal and as wide
    everywhere. Intervals hold about what they promise from some ten groups more than coefficients on
    (test_mixed.py shows it); wrong with few groups, or where all of a level are of one group. The design has full rank
    and fewer columns than there are groups. Laird and Ware, Biometrics 38 (1982) 963; degrees of freedom as between
    and within groups: Schluchter and Elashoff, J. Statist. Comput. Simul. 37 (1990) 69.
    """
    count = len(np.unique(groups))
    freedom, noise = count - design.shape[1], float(np.mean(errors**2))
    if freedom < 1:
        raise ValueError(f"{count} groups are too few for {design.shape[1]} coefficients")
    fit = ordinary if count == len(values) else restricted
    coefficients, covariance, between, within = fit(values, design, groups)
    return Mixed(coefficients, covariance, between, within, noise, freedom, count)


Fit = tuple[Floats, Floats, float, float]
"""Coefficients, their covariance, and the variances between groups and within them."""


def ordinary(values: Floats, design: Floats, groups: Groups) -> Fit:
    """Return least squares, a value a group: the variance between groups is in that within."""
    coefficients = np.linalg.lstsq(design, values)[0]
    left = values - design @ coefficients
    within = float(left @ left) / (len(values) - design.shape[1])
    return coefficients, within * np.linalg.inv(design.T @ design), 0.0, within


def restricted(values: Floats, design: Floats, groups: Groups) -> Fit:
    """Return the model with a share of each group, by restricted maximum likelihood."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a variance is at its bound of 0 is an answer, not an accident
        fit = MixedLM(values, design, groups=groups).fit(reml=True, method=["lbfgs", "bfgs", "cg"])
    width = design.shape[1]
    covariance = np.asarray(fit.cov_params(), dtype=np.float64)[:width, :width]
    return np.asarray(fit.fe_params), covariance, float(np.asarray(fit.cov_re)[0, 0]), float(fit.scale)
