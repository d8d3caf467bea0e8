"""Columns: machines and kernels side by side, never two results of one experiment in one."""

from __future__ import annotations

from pathlib import Path

from analysis.fear.column import columns
from analysis.report.study import study
from tests.unit.analysis.plots.made import page_cost_result, removal_result
from tests.unit.bench.run.fake import environment


def test_experiments_of_one_machine_and_kernel_share_a_column(tmp_path: Path) -> None:
    both = [page_cost_result(tmp_path, blocks=2), removal_result(tmp_path, blocks=1)]
    assert [len(column.studies) for column in columns(list(map(study, both)))] == [2]


def test_another_kernel_is_another_column(tmp_path: Path) -> None:
    newer = environment().model_copy(update={"kernel": "7.2.5"})
    both = [page_cost_result(tmp_path / "a", blocks=2), page_cost_result(tmp_path / "b", blocks=2, environment=newer)]
    assert [column.kernel for column in columns(list(map(study, both)))] == ["6.18.0", "7.2.5"]


def test_second_result_of_an_experiment_is_not_pooled_with_the_first(tmp_path: Path) -> None:
    both = [page_cost_result(tmp_path / place, blocks=2) for place in "ab"]
    found = columns(list(map(study, both)))
    assert [column.turn for column in found] == [1, 2]
    assert len({column.title for column in found}) == 2
