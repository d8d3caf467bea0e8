"""Differences and their tests agree with published examples, and with the intervals beside them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from analysis.stats.detectable import POWER, detectable
from analysis.stats.difference import Difference, independent, less_control, of_blocks, paired
from analysis.stats.equivalence import equivalence
from analysis.stats.interval import reach
from analysis.stats.multiplicity import holm

TEST = np.array([103.4, 59.92, 68.17, 94.54, 69.48, 72.17, 74.37, 84.44, 96.74, 94.26, 48.52, 95.68])
REFERENCE = np.array([90.11, 77.71, 77.71, 97.51, 58.21, 101.3, 79.84, 96.06, 89.30, 97.22, 61.62, 85.80])
"""Areas under a curve for two drugs: Wellek, Testing Statistical Hypotheses of Equivalence (2003), p. 212."""


def with_moments(count: int, mean: float, spread: float) -> np.ndarray:
    """Return values that have a mean and a standard deviation, for examples that are published as such."""
    row = np.linspace(-1, 1, count)
    return mean + spread * row / row.std(ddof=1)


def test_ratio_and_equivalence_agree_with_a_published_example() -> None:
    """SAS/STAT User's Guide, TTEST, example "Equivalence Testing with Lognormal Data", of Wellek's data."""
    found = paired(np.log(REFERENCE), np.log(TEST))
    ninety = found.interval(0.9)
    assert np.exp([found.value, ninety.low, ninety.high]).round(4).tolist() == [0.9412, 0.8634, 1.0260]
    assert equivalence(found, np.log(0.8), np.log(1.25)) < 0.05
    assert equivalence(found, np.log(0.9), np.log(1.11)) > 0.05


def test_difference_without_blocks_agrees_with_a_published_example() -> None:
    """NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.3, data AUTO83B: miles a gallon, of cars of two countries.

    Moments, t and degrees of freedom were found quoted from it; the page itself could not be opened for checking.
    """
    found = independent(with_moments(79, 30.48101, 6.10771), with_moments(249, 20.14458, 6.41470))
    assert found.value / found.error == pytest.approx(-12.94627, abs=2e-4)
    assert found.freedom == pytest.approx(136.8750, abs=2e-3)


def test_difference_without_blocks_is_that_of_welchs_test() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(3, 1, 8), rng.normal(5, 4, 30)
    expected = ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    found = independent(first, second).interval()
    assert np.allclose((found.low, found.high), (expected.low, expected.high))


def test_values_that_never_vary_give_a_point() -> None:
    found = independent(np.ones(4), np.full(5, 3.0)).interval()
    assert (found.low, found.high) == (2.0, 2.0)


def test_holm_agrees_with_what_its_steps_give_by_hand() -> None:
    """0.005 x 4, 0.01 x 3, 0.03 x 2, and 0.04 no smaller than the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == () and holm([0.7, 0.9]) == (1, 1)


def test_holm_agrees_with_a_published_example() -> None:
    """The manual of R's HDLSSkST rejects the third and the seventh of these at 0.05."""
    ps = [0.50, 0.01, 0.001, 0.69, 0.02, 0.05, 0.0025]
    assert [p < 0.05 for p in holm(ps)] == [False, False, True, False, False, False, True]


def test_holm_keeps_the_chance_of_even_one_false_alarm() -> None:
    rng = np.random.default_rng(10)
    ps = rng.random((10_000, 12))
    assert np.mean([min(holm(row)) < 0.05 for row in ps]) <= 0.06
    assert np.mean(ps.min(axis=1) < 0.05) > 0.4


def test_smallest_effect_agrees_with_a_published_sample_size() -> None:
    """Dalgaard, Introductory Statistics with R, section 8.3: 19.96892 pairs for 10 of a spread of 14.14214, at 85 %."""
    spread, power = 10 * np.sqrt(2), 0.85
    assert detectable(spread, 20, power=power) < 10 < detectable(spread, 19, power=power)
    assert detectable(spread, 20, power=power) == pytest.approx(10, abs=0.01)


def test_smallest_effect_is_seen_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    values = rng.normal(detectable(0.3, 9), 0.3, (20_000, 9))
    assert np.mean(values.mean(axis=1) > reach(values, 0.95)) == pytest.approx(POWER, abs=0.01)


def test_control_is_taken_off_block_by_block() -> None:
    """What both the treatment and its control pay for is not the treatment's."""
    placement = np.array([3.0, 1.0, 2.0])
    assert less_control(10 + placement, np.full(3, 5.0), 5 + placement).tolist() == [10, 10, 10]


def test_nothing_is_told_of_one_value() -> None:
    for found in (of_blocks(np.array([2.0])), independent(np.array([1.0, 2]), np.array([3.0]))):
        assert found.above(0) == found.below(0) == 0.5
        assert (found.interval().low, found.interval().high) == (-np.inf, np.inf)
    assert detectable(0.0, 1) == np.inf


@given(st.floats(-3, 3), st.floats(0.01, 3), st.integers(2, 60), st.floats(-3, 3))
def test_a_test_and_the_interval_say_the_same(value: float, error: float, n: int, bound: float) -> None:
    found = Difference(value, error, n - 1, n)
    interval = found.interval(0.95)
    if abs(interval.low - bound) > 1e-6:
        assert (found.above(bound) < 0.025) == (interval.low > bound)
    if abs(interval.high - bound) > 1e-6:
        assert (found.below(bound) < 0.025) == (interval.high < bound)
