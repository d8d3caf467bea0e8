"""The matrix in a report: a table a family of ways, with who could try any, and the answer in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.report.access import answers, blocks, lines
from analysis.report.answer import proven
from analysis.report.block import Table
from analysis.report.study import Study, study
from tests.unit.analysis.plots.made import access_result, removal_result


@pytest.fixture
def made(tmp_path: Path) -> Study:
    return study(access_result(tmp_path, blocks=2))


def test_table_of_a_family_has_a_column_for_each_who_tried_it(made: Study) -> None:
    tables = {table.title: table for table in blocks(made) if isinstance(table, Table)}
    headers = {title: table.header for title, table in tables.items()}
    assert headers["System calls that copy"][:3] == ("Way", "owner", "child")
    assert headers["With the right to debug the owner"] == ("Way", "another process", "another, owner guarded")
    assert tables["When it was given up"].rows == (("by the direct map, when freed", "zero / works"),)


def test_answer_names_what_worked_and_what_was_refused(made: Study) -> None:
    owner, other, root = answers(made)
    assert "read it" in owner and "write(2) from it" in owner and "vmsplice(2) into a pipe" in owner
    assert "got at them by: take the descriptor" in other
    assert "got at them by: none of the ways" in root


def test_what_was_said_and_does_not_hold_is_no_broken_promise_of_the_map(made: Study) -> None:
    assert any(finding.outcome == "refuted" for finding in made.findings)
    assert not list(proven(made))


def test_lines_fit_and_name_the_reason_for_what_was_not_tried(made: Study) -> None:
    found = list(lines(made))
    assert max(map(len, found)) <= 100
    assert any("RDMA" in line and "(ENODEV)" in line for line in found)


def test_other_studies_say_nothing(tmp_path: Path) -> None:
    made = study(removal_result(tmp_path, blocks=1))
    assert [*blocks(made), *answers(made), *lines(made)] == []
