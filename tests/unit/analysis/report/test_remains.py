"""What stays, in words: only of what was measured."""

from __future__ import annotations

from pathlib import Path

from analysis.report.remains import lines, remains
from analysis.report.study import study
from tests.unit.analysis.plots.made import fragmentation_result, measured, page_cost_result, refused
from workloads.program import Success
from workloads.spec import Condition, Unsupported


def test_each_part_is_told(tmp_path: Path) -> None:
    natural, steered, one, healed = remains(study(fragmentation_result(tmp_path, blocks=2)))
    assert "a megabyte of secret memory turned" in natural
    assert "32 regions (64 MB) with 32 pages of the limit, where its share of the budget ended it" in steered
    assert "one single page" in one and "32 regions" in one
    assert "Nothing of this heals: 52 times" in healed


def test_one_part_that_was_not_measured_is_not_told(tmp_path: Path) -> None:
    usual = measured()

    def answer(condition: Condition, samples: Path) -> Success | Unsupported:
        if str(condition.get("use")).startswith("steered"):
            return Unsupported("split-budget-spent", "the budget is spent")
        return usual(condition, samples)

    told = " ".join(remains(study(fragmentation_result(tmp_path, blocks=1, answer=answer))))
    assert "megabyte" in told and "steers" not in told and "single page" not in told


def test_other_results_have_nothing_of_it(tmp_path: Path) -> None:
    for result in (page_cost_result(tmp_path, blocks=1), fragmentation_result(tmp_path, blocks=1, answer=refused)):
        assert not list(remains(study(result))) and lines(study(result)) == ()
