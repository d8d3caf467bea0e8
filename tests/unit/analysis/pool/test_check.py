"""The check: a model that is right passes, one that is wrong by a factor does not, and one that allows all does not."""

from __future__ import annotations

import numpy as np

from analysis.pool.check import Check, Trial, together, trials
from tests.unit.analysis.pool.made import USES, course, courses

SEEDS = range(20)


def test_model_that_is_right_passes_nearly_always() -> None:
    passed = [trials(courses(seed))["used_up", "splits"].is_passed for seed in SEEDS]
    assert passed.count(True) >= 17


def test_splits_that_are_three_times_what_the_pieces_say_are_noticed() -> None:
    for seed in SEEDS:
        found = trials(courses(seed, times=3))
        assert not found["used_up", "splits"].is_passed
        assert found["used_up", "splits"].failed > 0


def test_every_use_is_foretold_from_the_others_alone() -> None:
    """One use is unlike the others: it fails, and knowing its own runs it would not."""
    odd = tuple(course("one_size", np.random.default_rng(n), times=9) for n in range(6))
    rest = tuple(each for each in courses(1) if each.use != "one_size")
    checks = {check.use.split(",")[0]: check.holds for check in trials(odd + rest)["used_up", "splits"].checks}
    assert checks["one area"] is False
    assert list(checks.values()).count(False) == 1


def test_range_that_allows_for_anything_is_no_check() -> None:
    wide = [Check(use, "used_up", "splits", 3, 2.0, np.array([0.0, 100.0] * 100)) for use in USES]
    assert "leaves too much open" in together(wide).reason


def test_single_use_is_too_few() -> None:
    (check,) = [Check("mixed", "used_up", "splits", 3, 2.0, np.array([1.9, 2.1] * 100))]
    assert Trial((check,), check).reason == "too few uses were measured"


def test_runs_without_a_walk_are_checked_by_their_splits_alone() -> None:
    for each in (found := courses(3)):
        del each.by_metric["round_table_blocks"]
    assert set(trials(found)) == {("used_up", "splits"), ("used_up", "blocks")}


def test_nothing_is_checked_where_a_use_ran_once() -> None:
    assert trials(courses(3, runs=1)) == {}
