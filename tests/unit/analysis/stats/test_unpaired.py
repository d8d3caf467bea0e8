"""Differences of what was not measured together: a published example, coverage, and too little data."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import ttest_ind

from analysis.stats.unpaired import difference_interval


def test_interval_is_that_of_welchs_test() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(3, 1, 8), rng.normal(5, 4, 30)
    expected = ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    found = difference_interval(first, second)
    assert np.allclose((found.low, found.high), (expected.low, expected.high))


def test_interval_holds_the_truth_in_95_of_100_simulations() -> None:
    rng = np.random.default_rng(2)
    drawn = ((rng.normal(0, 1, 6), rng.normal(0.5, 3, 12)) for _ in range(4000))
    held = [found.low <= 0.5 <= found.high for found in (difference_interval(a, b) for a, b in drawn)]
    assert 0.93 <= np.mean(held) <= 0.97


def test_one_value_gives_no_bounds() -> None:
    found = difference_interval(np.array([1.0]), np.array([1.0, 2.0]))
    assert (found.low, found.high) == (-math.inf, math.inf)


def test_values_that_never_vary_give_a_point() -> None:
    found = difference_interval(np.ones(4), np.full(5, 3.0))
    assert (found.low, found.high) == (2.0, 2.0)
