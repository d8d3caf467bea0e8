"""Intervals of proportions: known values, the ends, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from analysis.stats.proportion import proportion_interval


def test_interval_is_that_of_the_published_example() -> None:
    """Clopper and Pearson's own example: 8 of 20, between 0.19 and 0.64."""
    found = proportion_interval(8, 20)
    assert (found.low, found.high) == pytest.approx((0.1912, 0.6395), abs=1e-4)


def test_never_and_always_have_one_open_end() -> None:
    """Of 0 of 60 the rule of three says about 3 of 60 for one side; for two sides it is 3.7 (Hanley, JAMA 1983)."""
    never, always = proportion_interval(0, 60), proportion_interval(60, 60)
    assert never.low == 0 and never.high == pytest.approx(1 - 0.025 ** (1 / 60))
    assert always.high == 1 and always.low == pytest.approx(0.025 ** (1 / 60))


def test_no_try_leaves_everything_open() -> None:
    found = proportion_interval(0, 0)
    assert (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize("chance", [0.01, 0.05, 0.3])
@pytest.mark.parametrize("of", [20, 80])
def test_interval_holds_the_truth_at_least_as_often_as_it_says(chance: float, of: int) -> None:
    counts = np.arange(of + 1)
    inside = [(found := proportion_interval(k, of)).low <= chance <= found.high for k in counts.tolist()]
    assert binom.pmf(counts, of, chance)[inside].sum() >= 0.95
