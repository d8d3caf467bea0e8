"""Intervals agree with published examples, and are wide where there is little to go by."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from analysis.stats.interval import geometric_interval, mean_interval
from analysis.stats.share import share_interval
from tests.unit.analysis.stats.drawn import SHAPES, Shape


def test_few_replicates_give_a_wide_interval_and_one_gives_none() -> None:
    two, many = mean_interval(np.array([1.0, 2.0])), mean_interval(np.tile([1.0, 2.0], 10))
    assert two.high - two.low > 10 * (many.high - many.low)
    one = mean_interval(np.array([1.0]))
    assert (one.low, one.high) == (-np.inf, np.inf)
    middle, none = geometric_interval(np.array([3.0]))
    assert (middle, none.low, none.high) == (pytest.approx(3), 0, np.inf)


def test_student_interval_agrees_with_a_published_example() -> None:
    """Student's sleep data (Biometrika 6, 1908): differences of ten patients, 95 % from 0.70 to 2.46 hours."""
    differences = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    interval = mean_interval(differences)
    assert (round(interval.low, 2), round(interval.high, 2)) == (0.70, 2.46)


@pytest.mark.parametrize("processes", [5, 50])
@pytest.mark.parametrize("name", ["lognormal", "bimodal readings", "clustered, p50", "clustered, p90"])
def test_geometric_interval_holds_the_typical_process(name: str, processes: int) -> None:
    shape: Shape = SHAPES[name]
    rng, tries, hits = np.random.default_rng(8), 4000, 0
    truth = np.exp(np.log(shape(rng, (4000, 50))).mean())
    for values in shape(rng, (tries, processes)):
        _, found = geometric_interval(values)
        hits += found.low <= truth <= found.high
    assert 0.93 <= hits / tries <= 0.97


def test_share_interval_holds_the_share_though_samples_of_a_process_hang_together() -> None:
    rng, tries, hits = np.random.default_rng(9), 4000, 0
    for _ in range(tries):
        wholes = rng.poisson(100, 20)
        parts = rng.binomial(wholes, rng.beta(8, 12, 20))
        found = share_interval(parts.astype(np.float64), wholes.astype(np.float64))
        hits += found.low <= 0.4 <= found.high
    assert 0.93 <= hits / tries <= 0.97


def test_share_interval_stays_between_none_and_all() -> None:
    found = share_interval(np.array([0.0, 0, 0, 1]), np.array([10.0, 10, 10, 10]))
    assert found.low == 0 and 0 < found.high < 1
    assert share_interval(np.array([1.0]), np.array([2.0])).high == np.inf


def test_the_statistics_do_without_the_slow_part_of_scipy() -> None:
    look = "import sys, analysis.stats.difference, analysis.stats.detectable, analysis.stats.drift"
    done = subprocess.run([sys.executable, "-c", f"{look}; print('scipy.stats' in sys.modules)"], capture_output=True)
    assert done.stdout == b"False\n"
