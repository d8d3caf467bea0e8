"""The first page: every fear has its row, its words are made of the data, and machines stand side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.fear.catalog import FEARS
from analysis.report.block import Document, Table, Told
from analysis.report.outline import document
from tests.unit.analysis.plots.made import page_cost_result, removal_result
from tests.unit.bench.run.fake import environment


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Document:
    folder = tmp_path_factory.mktemp("results")
    return document([page_cost_result(folder), removal_result(folder, blocks=2, least=1)])


def answers(report: Document) -> Table:
    return next(block for block in report.parts[0].blocks if isinstance(block, Table))


def cells(report: Document, wanted: str) -> list[Told]:
    said = next(fear.said for fear in FEARS if fear.id == wanted)
    rows = ([cell for cell in row if isinstance(cell, Told)] for row in answers(report).rows)
    return next(row for row in rows if row[0].note == said)


def test_every_fear_has_its_row_and_those_with_an_answer_come_first(report: Document) -> None:
    looked_at, rest = (block.rows for block in report.parts[0].blocks if isinstance(block, Table))
    rows = (*looked_at, *rest)
    assert {row[0].note for row in rows if isinstance(row[0], Told)} == {fear.said for fear in FEARS}
    assert len(rows) == len(FEARS)
    assert "not run" not in [row[2].outcome for row in looked_at if isinstance(row[2], Told)]


def test_measured_fear_has_outcome_figure_and_meaning(report: Document) -> None:
    _, published, says, means = cells(report, "page-cost")
    assert "40 times" in published.text and "AWS" in published.note
    assert says.outcome == "supported" and "x [" in says.text and "All 3 claims say it is right" in says.note
    assert says.text.split("x")[0] in means.text


def test_proofs_say_how_many_readings_they_rest_on(report: Document) -> None:
    says, means = cells(report, "kernel-blind")[2:]
    assert says.outcome == "supported" and "none of" in says.text and "readings" in means.text


def test_fear_that_was_not_looked_at_says_why_and_has_no_part(report: Document) -> None:
    rest = [block for block in report.parts[0].blocks if isinstance(block, Table)][1]
    first, why = next((row[0], row[2]) for row in rest.rows if "hibernate" in str(row[0]))
    assert isinstance(first, Told) and first.part == "" and "no result of hibernation" in str(why)
    assert "fear-hibernation" not in [part.name for part in report.parts]


def test_machines_stand_side_by_side(tmp_path: Path) -> None:
    newer = environment().model_copy(update={"kernel": "7.2.5"})
    both = document([page_cost_result(tmp_path / "a"), page_cost_result(tmp_path / "b", environment=newer)])
    assert [name for name in answers(both).header if name.startswith("What tester")] == [
        "What tester, Linux 6.18.0 says",
        "What tester, Linux 7.2.5 says",
    ]
    *_, older, newer, means = cells(both, "page-cost")
    assert f"{older.text.split('x')[0]} and {newer.text.split('x')[0]} times" in means.text
    assert means.text.count("It is paid once a page") == 1


def test_validation_says_that_it_was_not_run(report: Document) -> None:
    part = next(part for part in report.parts if part.name == "validation")
    assert "Not run" in str(part.blocks[0])
