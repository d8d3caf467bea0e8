"""Work without caches in a report: a table for each memory, lines, and a sentence."""

from __future__ import annotations

from pathlib import Path

from analysis.report.block import Table
from analysis.report.study import study
from analysis.report.uncached import answers, blocks, lines
from tests.unit.analysis.plots.made import measured, removal_result, uncached_result
from workloads.program import Success
from workloads.spec import Condition, Unsupported


def no_range(condition: Condition, samples: Path) -> Success | Unsupported:
    if condition.get("caching") == "uncached":
        return Unsupported("range-unnamed", "no range was named", "name one")
    return measured()(condition, samples)


def test_each_memory_has_a_table_with_a_row_for_each_work_and_state(tmp_path: Path) -> None:
    made = study(uncached_result(tmp_path, blocks=2))
    tables = {block.title: block.rows for block in blocks(made.cells) if isinstance(block, Table)}
    assert {title: len(rows) for title, rows in tables.items()} == {
        "On secret, 16 KB": 16,
        "On memfd, locked, 16 KB": 16,
        "On reserved range, uncached, 16 KB": 12,
    }


def test_without_a_range_the_others_are_shown_and_the_claims_say_why(tmp_path: Path) -> None:
    made = study(uncached_result(tmp_path, blocks=2, answer=no_range))
    assert sum(isinstance(block, Table) for block in blocks(made.cells)) == 2
    (outcomes,) = {v.outcome for v in made.verdicts if v.claim.name.startswith("uncached-")}
    reasons = {reason for v in made.verdicts for reason in v.reasons}
    assert outcomes == "not run" and any("no range was named" in reason for reason in reasons)


def test_lines_fit_a_terminal_and_other_results_have_none(tmp_path: Path) -> None:
    told = list(lines(study(uncached_result(tmp_path, blocks=2)).cells))
    assert max(map(len, told)) <= 100 and any("flushed before each use" in line for line in told)
    assert not list(lines(study(removal_result(tmp_path, blocks=1)).cells))


def test_the_answer_names_each_work_with_its_factor(tmp_path: Path) -> None:
    truly, flushed = answers(study(uncached_result(tmp_path, blocks=12)))
    assert "on reserved range, uncached, 16 KB" in truly and "on secret, 16 KB" in flushed
    assert truly.count("times as long") == flushed.count("times as long") == 4
    assert not list(answers(study(removal_result(tmp_path, blocks=1))))
