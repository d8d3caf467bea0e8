"""Copies in a report: secret memory, and the control, each with a row a way."""

from __future__ import annotations

from pathlib import Path

from analysis.report.block import Table
from analysis.report.copies import blocks, lines
from analysis.report.study import study
from tests.unit.analysis.plots.made import copies_result, removal_result
from workloads.copy_latency import WAYS


def test_each_memory_has_a_table_with_a_row_for_each_way(tmp_path: Path) -> None:
    made = study(copies_result(tmp_path, blocks=2))
    tables = [block for block in blocks(made.cells) if isinstance(block, Table)]
    assert [table.title for table in tables] == ["From and to secret", "From and to memfd, locked"]
    assert [[row[0] for row in table.rows] for table in tables] == [list(WAYS.values())] * 2


def test_lines_fit_a_terminal_and_other_results_have_none(tmp_path: Path) -> None:
    told = list(lines(study(copies_result(tmp_path, blocks=2)).cells))
    assert max(map(len, told)) <= 100 and any("send(2)" in line for line in told)
    assert not list(lines(study(removal_result(tmp_path, blocks=1)).cells))
