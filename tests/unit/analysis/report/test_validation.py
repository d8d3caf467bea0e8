"""What ./lab validate found stands in every report: in words, in tables, in the file for programs."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import pytest

from analysis.load import load
from analysis.report.block import Heading, Part, Table, Text
from analysis.report.outline import document
from analysis.report.validation import NOT_RUN, SOUND, TOO_FEW, UNSOUND, lines, part
from analysis.report.verdictfile import verdict_file
from analysis.standing import standings
from analysis.validation import validate
from tests.unit.analysis.delayed import validation
from tests.unit.analysis.plots.made import page_cost_result
from tests.unit.bench.run.fake import environment

ROOT = Path(__file__).resolve().parents[4]
EVIL = "<script>alert(1)</script>"


def texts(found: Part) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Text)]


def of_report(folder: Path, *validations: Path, **changes: object) -> Part:
    report = document([page_cost_result(folder / "report", blocks=2, **changes)], validations)
    return next(each for each in report.parts if each.name == "validation")


def test_report_says_that_it_was_not_run(tmp_path: Path) -> None:
    assert texts(of_report(tmp_path)) == [NOT_RUN]


def test_report_says_what_was_found_and_how_to_read_it(tmp_path: Path) -> None:
    found = of_report(tmp_path, validation(tmp_path / "v", blocks=10).path)
    headline, verdict, _ = texts(found)
    assert "compared with itself 32 times" in headline
    assert "Of 6 known delays within processes" in headline and "Of 6 known delays between processes" in headline
    assert verdict == SOUND
    tables = [block for block in found.blocks if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [6, 7, 6, 7]
    assert all(table.rows[0][:2] == ("ordinary, locked", "1 %") for table in tables[::2])


def test_older_validation_without_plain_readings_is_told_as_it_was(tmp_path: Path) -> None:
    (old,) = (load(path) for path in sorted((ROOT / "results" / "validation").glob("20261125T160445Z-*")))
    found = validate(old)
    assert {rate.within for rate in (*found.alarms, *found.likenesses)} == {False}
    told = list(lines(found))
    assert any("Of 6 known delays between processes, 4 came back" in line for line in told)
    assert not any("within processes, " in line for line in told)


def test_machine_that_cries_wolf_is_warned_of(tmp_path: Path) -> None:
    wrong = validation(tmp_path / "v", blocks=10, skew=lambda c: 1.1 if int(c.get("copy") or 1) % 2 else 1.0)
    found = of_report(tmp_path, wrong.path)
    assert [block.text for block in found.blocks if isinstance(block, Text) and block.kind == "warning"] == [UNSOUND]


def test_too_few_blocks_are_no_reassurance(tmp_path: Path) -> None:
    found = list(lines(validate(validation(tmp_path, blocks=2))))
    assert TOO_FEW in found and SOUND not in found
    assert any("no comparison" in line for line in found)


def test_validation_of_another_kernel_is_said_to_be_one(tmp_path: Path) -> None:
    newer = environment().model_copy(update={"kernel": "7.2.5"})
    found = of_report(tmp_path, validation(tmp_path / "v", blocks=1).path, environment=newer)
    assert any("made under Linux 6.18.0; results here are of Linux 7.2.5" in text for text in texts(found))


def test_several_machines_are_told_apart(tmp_path: Path) -> None:
    results = [page_cost_result(tmp_path / n, blocks=2, machine=n) for n in ("a", "b")]
    headings = [block.text for block in part(standings((), results)).blocks if isinstance(block, Heading)]
    assert headings == ["Machine a", "Machine b"]


def test_every_line_of_a_table_is_as_wide_as_the_others(tmp_path: Path) -> None:
    told = list(lines(validate(validation(tmp_path, blocks=5))))
    tables = [list(rows) for is_row, rows in groupby(told, lambda line: line.startswith("  ")) if is_row]
    assert [len(rows) for rows in tables] == [7, 8, 7, 8]
    assert all(len({len(row) for row in rows}) == 1 for rows in tables)


def test_hostile_validation_is_escaped_on_the_page(tmp_path: Path) -> None:
    from analysis.report import page

    evil = environment().model_copy(update={"kernel": EVIL})
    hostile = validation(tmp_path / "v", blocks=1, environment=evil, commit=EVIL, created=EVIL)
    report = document([page_cost_result(tmp_path / "report", blocks=2)], [hostile.path])
    assert "<script>alert" not in page.write(report)


@pytest.mark.parametrize("blocks", [1, 5])
def test_file_for_programs_has_it(tmp_path: Path, blocks: int) -> None:
    path = validation(tmp_path / "v", blocks=blocks).path
    result = page_cost_result(tmp_path / "report", blocks=2)
    told = json.loads(verdict_file([result], [path]).model_dump_json())["columns"][0]["validation"]
    assert (told["result"], told["blocks"]) == ("one", blocks)
    none = verdict_file([result]).columns[0].validation
    assert (none.result, none.sound, none.reasons) == (None, None, ("./lab validate was not run on this machine",))
