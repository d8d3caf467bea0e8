"""In simulation the intervals of runs that the data ended hold the truth at least 95 times of 100, however they ended.

The rules that end a run: the lab's own, that the interval is narrow; and the worst one, that it leaves out the truth.
"""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats.difference import Difference, of_blocks
from analysis.stats.interval import Floats, reach
from analysis.stats.sequential import at_each_look
from bench.run.look import looks
from tests.unit.analysis.stats.drawn import SHAPES, Shape, log_ratios, normal

TRIES = 20_000
TRUTH = 1.05
LEAST, MOST_FALSE = 0.95, 0.05
SLACK = 0.005
"""Three standard errors of the simulation."""
LOOKS = looks(64)


def ended(logs: Floats, confidence: float, width: float | None) -> tuple[Floats, Floats]:
    """Return the middle and the reach of each try's interval when it ended; without a width, when the truth was out."""
    middle, far = np.empty(len(logs)), np.empty(len(logs))
    going = np.ones(len(logs), dtype=bool)
    for blocks in LOOKS:
        rows = logs[going, :blocks]
        middle[going], far[going] = rows.mean(axis=1), reach(rows, confidence)
        going &= np.sinh(far) > width if width else np.abs(middle - np.log(TRUTH)) <= far
    return middle, far


def held(logs: Floats, confidence: float, width: float | None) -> float:
    middle, far = ended(logs, confidence, width)
    return float((np.abs(middle - np.log(TRUTH)) <= far).mean())


@pytest.mark.parametrize("wide", [0.5, 0.75, 1.0])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_run_that_ends_when_it_knows_enough_holds_the_truth_as_often_as_it_says(shape: Shape, wide: float) -> None:
    """The width that ends it is such that some tries end early and some late."""
    logs = log_ratios(shape, TRIES, LOOKS[-1], TRUTH)
    confidence = at_each_look(0.95, len(LOOKS))
    width = wide * float(np.sinh(np.median(reach(logs[:, : LOOKS[1]], confidence))))
    assert held(logs, confidence, width) >= LEAST - SLACK


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_run_that_ends_when_it_is_wrong_is_wrong_at_most_as_often_as_it_says(shape: Shape) -> None:
    logs = log_ratios(shape, TRIES, LOOKS[-1], TRUTH)
    assert 1 - held(logs, at_each_look(0.95, len(LOOKS)), None) <= MOST_FALSE + SLACK


def test_looking_four_times_at_an_interval_for_one_look_would_fail_here() -> None:
    logs = log_ratios(normal, TRIES, LOOKS[-1], TRUTH)
    assert 1 - held(logs, 0.95, None) > 2 * MOST_FALSE


def test_looks_are_few_and_end_with_the_last_block() -> None:
    assert looks(64) == (8, 16, 32, 64)
    assert looks(20) == (8, 16, 20)
    assert looks(5) == (5,)


def test_error_is_divided_over_looks_and_one_look_takes_it_whole() -> None:
    assert at_each_look(0.95, 1) == 0.95
    assert at_each_look(0.95, 5) == pytest.approx(0.99)


def test_difference_of_several_looks_is_wider_and_its_p_larger() -> None:
    values = np.array([0.01, 0.02, 0.03, 0.02])
    once, often = of_blocks(values), of_blocks(values, looks=4)
    assert often.interval(0.95).low == pytest.approx(once.interval(0.9875).low)
    assert often.above(0) == pytest.approx(4 * once.above(0))
    assert often.below(0) == 1.0


def test_interval_of_several_looks_says_the_confidence_of_all_of_them() -> None:
    assert Difference(0.1, 0.01, 9, 10, looks=4).interval(0.95).confidence == 0.95
