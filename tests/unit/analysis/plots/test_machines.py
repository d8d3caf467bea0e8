"""Machines side by side: each has its own ratio, and none is pooled with another's."""

from __future__ import annotations

from pathlib import Path

from analysis.plots import machines
from analysis.report.study import study
from tests.unit.analysis.plots.made import page_cost_result, refused
from tests.unit.bench.run.fake import environment


def test_each_claim_has_a_row_for_each_machine_with_that_machines_ratio(tmp_path: Path) -> None:
    newer = environment().model_copy(update={"kernel": "7.2.5"})
    one, other = page_cost_result(tmp_path / "a"), page_cost_result(tmp_path / "b", environment=newer)
    both = [study(one), study(other)]
    figure = machines.draw(both)
    assert figure is not None
    judged = [verdict for each in both for verdict in each.verdicts if verdict.ratio]
    assert len(figure.rows) == len(judged)
    assert {row[1] for row in figure.rows} == {"tester, Linux 6.18.0", "tester, Linux 7.2.5"}
    assert all(f"Linux {kernel}" in figure.svg for kernel in ("6.18.0", "7.2.5"))


def test_nothing_is_drawn_where_no_claim_has_a_ratio(tmp_path: Path) -> None:
    assert machines.draw([study(page_cost_result(tmp_path, answer=refused, blocks=1))]) is None
