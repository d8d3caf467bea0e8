"""The budget for splits: what was spent stays spent, over a resumption too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.model.run import Run
from bench.run import budget
from bench.run.budget import Budget, open_budget, splits
from tests.unit.bench.run.fake import condition
from workloads.instruments.directmap import DirectMap

EMPTY = DirectMap(*(None,) * 7)


def count(monkeypatch: pytest.MonkeyPatch, level2_splits: int | None) -> None:
    """Let the machine's counter stand at a number."""
    monkeypatch.setattr(budget.directmap, "read", lambda: replace(EMPTY, level2_splits=level2_splits))


def run(before: int | None, after: int | None) -> Run:
    """Return a run between two states of the counter."""
    counted = [{"direct_map_level2_splits": value} for value in (before, after)]
    trial = {"index": 0, "block": 0, "condition": condition("secret")}
    fields = {"trial": trial, "status": "ok", "started": "", "wall_ns": 0, "harness_ns": 0}
    return Run.model_validate({**fields, "before": counted[0], "after": counted[1]})


def test_each_split_takes_2_mb_of_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    count(monkeypatch, 13)
    assert Budget(8 << 20, 10).left_bytes() == 2 << 20
    count(monkeypatch, 99)
    assert Budget(8 << 20, 10).left_bytes() == 0


def test_what_earlier_runs_split_is_spent_when_a_result_is_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    count(monkeypatch, 100)
    assert open_budget(8 << 20, (run(20, 21), run(30, 32), run(None, None))).left_bytes() == 2 << 20


def test_without_a_counter_or_a_budget_nothing_may_be_split(monkeypatch: pytest.MonkeyPatch) -> None:
    count(monkeypatch, None)
    assert open_budget(8 << 20, ()).left_bytes() == 0
    count(monkeypatch, 5)
    assert open_budget(None, ()).left_bytes() == 0
    assert splits(run(None, 3)) is None
