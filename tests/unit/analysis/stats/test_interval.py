"""Intervals hold the truth as often as they say, and are wide where there is little to go by."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from analysis.stats.histogram import histograms, quantiles
from analysis.stats.interval import draw_weights, mean_interval, resampled_interval

TRIES = 1500
RNG = np.random.default_rng(20261124)


def bounds(tries: int, coverage: float = 0.95) -> tuple[float, float]:
    """Return what a binomial count of hits would stay within 999 times of 1000, widened by two points of coverage."""
    low, high = binom.interval(0.999, tries, coverage) / np.float64(tries)
    return low - 0.02, high + 0.02


@pytest.mark.parametrize("replicates", [5, 20])
@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (lambda n: RNG.normal(3, 2, n), 3),
        (lambda n: np.log(RNG.lognormal(0, 1, n) / RNG.lognormal(0.7, 1, n)), -0.7),
        (lambda n: np.where(RNG.random(n) < 0.5, RNG.normal(1, 0.1, n), RNG.normal(2, 0.1, n)), 1.5),
    ],
    ids=["normal", "ratio of lognormals", "bimodal"],
)
def test_mean_interval_holds_the_truth_as_often_as_it_says(replicates, draw, truth) -> None:
    found = [mean_interval(draw(replicates)) for _ in range(TRIES)]
    low, high = bounds(TRIES)
    assert low <= np.mean([interval.low <= truth <= interval.high for interval in found]) <= high


@pytest.mark.parametrize("processes", [8, 30])
def test_resampled_interval_of_a_median_holds_the_truth_though_readings_hang_together(processes) -> None:
    """Every process has a level of its own, which moves all its readings: 4 times the spread within one."""
    tries, hits = 300, 0
    for _ in range(tries):
        levels = RNG.normal(np.log(10_000), 0.2, processes)
        samples = [np.sort(RNG.lognormal(level, 0.05, 100).astype(np.int64)) for level in levels]
        counted, values = histograms(samples)
        drawn = quantiles(draw_weights(processes, 1, 400) @ counted, values, [0.5])[0]
        interval = resampled_interval(drawn, processes)
        hits += interval.low <= 10_000 <= interval.high
    assert hits / tries >= 0.89


def test_few_replicates_give_a_wide_interval_and_one_gives_none() -> None:
    two, many = mean_interval(np.array([1.0, 2.0])), mean_interval(np.tile([1.0, 2.0], 10))
    assert two.high - two.low > 10 * (many.high - many.low)
    one = mean_interval(np.array([1.0]))
    assert (one.low, one.high) == (-np.inf, np.inf)
    assert resampled_interval(np.array([1.0, 1.0]), 1).high == np.inf


def test_student_interval_agrees_with_a_published_example() -> None:
    """Student's sleep data (Biometrika 6, 1908): differences of ten patients, 95 % from 0.70 to 2.46 hours."""
    differences = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    interval = mean_interval(differences)
    assert (round(interval.low, 2), round(interval.high, 2)) == (0.70, 2.46)


def test_weights_are_the_same_for_a_seed_and_draw_as_many_as_there_are() -> None:
    weights = draw_weights(7, 3, 50)
    assert np.array_equal(weights, draw_weights(7, 3, 50))
    assert not np.array_equal(weights, draw_weights(7, 4, 50))
    assert set(weights.sum(axis=1)) == {7.0}


def test_quantiles_of_histograms_are_right_to_half_a_percent() -> None:
    ns = np.sort(RNG.lognormal(9, 1, 5000).astype(np.int64))
    counted, values = histograms([ns])
    found = quantiles(counted, values, [0.5, 0.99])[:, 0]
    assert found == pytest.approx(np.quantile(ns, [0.5, 0.99], method="inverted_cdf"), rel=0.006)
