"""In simulation the 95 % intervals hold the truth between 93 and 97 times of 100, and tests cry wolf at most 6 times.

So many tries that three standard errors of the simulation are less than half a point (sqrt(.95 * .05 / 20000) =
0.15 points): a right method stays well inside the bounds, and the last tests show that wrong ones do not.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from analysis.compare import ratio_of
from analysis.stats.difference import independent, of_blocks
from analysis.stats.equivalence import equivalence
from analysis.stats.interval import Floats, reach
from tests.unit.analysis.stats.drawn import SHAPES, Shape, log_ratios, lognormal, normal

TRIES = 20_000
FEWER = 4_000
LEAST, MOST, MOST_FALSE = 0.93, 0.97, 0.06
TRUTH = 1.05
SIZES = (5, 8, 16, 50)
EVERY = [pytest.param(shape, blocks, id=f"{name}, {blocks}") for name, shape in SHAPES.items() for blocks in SIZES]


def coverage(logs: Floats, far: Floats, truth: float) -> float:
    return float((np.abs(logs.mean(axis=1) - np.log(truth)) <= far).mean())


def percentile(logs: Floats, resamples: int = 400) -> float:
    """Return how often the interval that everybody draws first holds the truth: percentiles of a plain bootstrap."""
    n = logs.shape[1]
    drawn = logs @ np.random.default_rng(1).multinomial(n, np.full(n, 1 / n), resamples).T / n
    low, high = np.quantile(drawn, (0.025, 0.975), axis=1)
    return float(((low <= np.log(TRUTH)) & (np.log(TRUTH) <= high)).mean())


@pytest.mark.parametrize(("shape", "blocks"), EVERY)
def test_ratio_interval_holds_the_truth_as_often_as_it_says(shape: Shape, blocks: int) -> None:
    logs = log_ratios(shape, TRIES, blocks, TRUTH)
    assert LEAST <= coverage(logs, reach(logs, 0.95), TRUTH) <= MOST


def test_ratio_of_blocks_is_the_interval_that_was_simulated() -> None:
    (logs,) = log_ratios(lognormal, 1, 9, TRUTH)
    ratio = ratio_of(logs, 0.95)
    assert np.log(ratio.high) - np.log(ratio.value) == pytest.approx(float(reach(logs, 0.95)))


@pytest.mark.parametrize(("shape", "blocks"), EVERY)
def test_difference_cries_wolf_in_at_most_six_of_a_hundred(shape: Shape, blocks: int) -> None:
    logs = log_ratios(shape, TRIES, blocks, 1.0, seed=2)
    assert 1 - coverage(logs, reach(logs, 0.95), 1.0) <= MOST_FALSE


@pytest.mark.parametrize("blocks", SIZES)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_equivalence_cries_wolf_in_at_most_six_of_a_hundred(shape: Shape, blocks: int) -> None:
    """The true ratio is at the bound itself, where a claim of equivalence is wrong and hardest to refuse."""
    bound = 1.1
    logs = log_ratios(shape, FEWER, blocks, bound, seed=3)
    found = [equivalence(of_blocks(row), -np.log(bound), np.log(bound)) for row in logs]
    assert np.mean(np.array(found) < 0.05) <= MOST_FALSE


@pytest.mark.parametrize("sizes", [(5, 5), (5, 50), (16, 30)])
def test_difference_without_blocks_holds_the_truth_though_spreads_differ(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(FEWER):
        found = independent(rng.normal(1, 0.1, sizes[0]), rng.normal(1.5, 0.2, sizes[1])).interval()
        hits += found.low <= 0.5 <= found.high
    assert LEAST <= hits / FEWER <= MOST


def test_a_plain_percentile_bootstrap_would_fail_here() -> None:
    assert percentile(log_ratios(normal, FEWER, 5, TRUTH)) < LEAST - 0.05


def test_counting_readings_in_place_of_processes_would_fail_here() -> None:
    """Ten readings a process that share its level, taken for ten times as many values."""
    rng = np.random.default_rng(5)
    readings = rng.normal(0, 0.2, (FEWER, 8, 1)) + rng.normal(np.log(TRUTH), 0.05, (FEWER, 8, 10))
    logs = readings.reshape(FEWER, -1)
    assert coverage(logs, reach(logs, 0.95), TRUTH) < LEAST - 0.2


def test_testing_readings_in_place_of_processes_would_cry_wolf_here() -> None:
    rng = np.random.default_rng(6)
    logs = (rng.normal(0, 0.2, (FEWER, 8, 1)) + rng.normal(0, 0.05, (FEWER, 8, 10))).reshape(FEWER, -1)
    assert 1 - coverage(logs, reach(logs, 0.95), 1.0) > MOST_FALSE + 0.2


def wander(tries: int, runs: int) -> Floats:
    """Return (tries, runs) logarithms of what runs gave one after the other, as first touches were seen to wander.

    In the validation of 2026-11-25 neighbouring runs correlated by 0.5 and spread by 0.1.
    """
    rng = np.random.default_rng(7)
    steps = rng.normal(0, 0.1, (runs, tries))
    for before, here in pairwise(steps):
        here[:] = 0.53 * before + np.sqrt(1 - 0.53**2) * here
    return steps.T


@pytest.mark.parametrize("blocks", [5, 50])
def test_blocks_in_random_order_hold_the_truth_though_the_machine_wanders(blocks: int) -> None:
    """Two conditions of 22 in every block, as ./lab validate has them."""
    levels = wander(FEWER, 22 * blocks).reshape(FEWER, blocks, 22)
    places = np.random.default_rng(8).permuted(np.broadcast_to(np.arange(22), levels.shape), axis=-1)[..., :2]
    baseline, treatment = np.moveaxis(np.take_along_axis(levels, places, axis=-1), -1, 0)
    logs = np.log(TRUTH) + treatment - baseline
    assert LEAST <= coverage(logs, reach(logs, 0.95), TRUTH) <= MOST


def test_all_of_one_condition_before_all_of_the_other_would_fail_here() -> None:
    baseline, treatment = np.split(wander(FEWER, 100), 2, axis=1)
    logs = np.log(TRUTH) + treatment - baseline
    assert coverage(logs, reach(logs, 0.95), TRUTH) < LEAST - 0.1
