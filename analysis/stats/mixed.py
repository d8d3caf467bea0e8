"""Mixed models: what holds of kinds of machine that were not measured, when each kind has a share of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import fdtrc, stdtrit

from analysis.stats.interval import Floats, Interval

Groups = NDArray[np.int64]
LARGEST_SHARE = 0.9999
"""Of the variance between groups in both: no more is sought."""


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

    Restricted maximum likelihood; ordinary least squares where no group has two values, for then the two shares are
    one. Assumes groups that were drawn independently, and shares that are about normal and as wide everywhere.
    Intervals hold about what they promise from some ten groups more than coefficients on, also where groups do not
    differ at all, where a general solver (statsmodels 0.15) finds a singular matrix: test_mixed.py shows both, and that
    the two agree elsewhere. Wrong with few groups, or where all of a level are of one group. The design has full rank
    and fewer columns than there are groups. Patterson and Thompson, Biometrika 58 (1971) 545; Laird and Ware,
    Biometrics 38 (1982) 963; degrees of freedom of what was drawn: Schluchter and Elashoff, J. Statist. Comput. Simul.
    37 (1990) 69.
    """
    _, places, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    count = len(sizes)
    freedom, noise = count - design.shape[1], float(np.mean(errors**2))
    if freedom < 1:
        raise ValueError(f"{count} groups are too few for {design.shape[1]} coefficients")
    ratio = 0.0 if count == len(values) else most_likely(values, design, sizes, places)
    response, columns = whitened(values, ratio, sizes, places), whitened(design, ratio, sizes, places)
    coefficients: Floats = np.linalg.lstsq(columns, response)[0].astype(np.float64)
    left = response - columns @ coefficients
    within = float(left @ left) / (len(values) - design.shape[1])
    covariance = within * np.linalg.inv(columns.T @ columns)
    return Mixed(coefficients, covariance, ratio * within, within, noise, freedom, count)


def most_likely(values: Floats, design: Floats, sizes: Groups, places: Groups) -> float:
    """Return the ratio of the variance between groups to that within them, by restricted maximum likelihood.

    One number is sought, as a share of both variances: on a grid first, for there may be two hills, then between.
    """

    def deviance(share: float) -> float:
        return restricted(values, design, share / (1 - share), sizes, places)

    grid = np.linspace(0, LARGEST_SHARE, 41)
    best = int(np.argmin([deviance(share) for share in grid]))
    bounds = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    share = float(minimize_scalar(deviance, bounds=bounds, method="bounded", options={"xatol": 1e-9}).x)
    nearest = share if deviance(share) < deviance(grid[best]) else float(grid[best])
    return nearest / (1 - nearest)


def restricted(values: Floats, design: Floats, ratio: float, sizes: Groups, places: Groups) -> float:
    """Return -2 times the restricted log likelihood of a ratio of variances, but for what does not depend on it."""
    response, columns = whitened(values, ratio, sizes, places), whitened(design, ratio, sizes, places)
    left = response - columns @ np.linalg.lstsq(columns, response)[0]
    spread = np.log1p(sizes * ratio).sum() + np.linalg.slogdet(columns.T @ columns)[1]
    return float(
        (len(values) - design.shape[1]) * np.log(max(float(left @ left), float(np.finfo(float).tiny))) + spread
    )


def whitened(rows: Floats, ratio: float, sizes: Groups, places: Groups) -> Floats:
    """Return rows less so much of their group's mean that what is left of their shares is independent.

    The covariance within a group is 1 + ratio J; its inverse root takes 1 - 1 / sqrt(1 + n ratio) of the mean off.
    """
    sums = np.zeros((len(sizes), *rows.shape[1:]))
    np.add.at(sums, places, rows)
    part = (1 - 1 / np.sqrt(1 + sizes * ratio)) / sizes
    taken: Floats = rows - (sums.T * part).T[places]
    return taken
