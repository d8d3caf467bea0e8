"""Markdown: nothing that a result holds is markup, tables are whole, and pictures are where they are said to be."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.report.markdown import escape, write
from analysis.report.outline import document
from tests.unit.analysis.plots.made import page_cost_result
from tests.unit.bench.run.fake import environment

EVIL = "<script>alert(1)</script> ![x](http://evil.example/x) | # `${7*7}`\n\n# A heading"


def test_what_a_result_holds_is_no_markup(tmp_path: Path) -> None:
    evil = environment().model_copy(update={"cpu": EVIL, "kernel": EVIL})
    text = write(document([page_cost_result(tmp_path, blocks=2, environment=evil, machine=EVIL, commit=EVIL)]))
    assert "\\<script" in text
    assert not re.search(r"(?<!\\)<script|(?<!\\)!\[x|^# A heading", text, re.MULTILINE)


def test_rows_of_a_table_have_as_many_cells_as_its_head(tmp_path: Path) -> None:
    text = write(document([page_cost_result(tmp_path, blocks=2)]))
    for table in (part for part in text.split("\n\n") if part.startswith("|")):
        counts = {line.replace("\\|", "").count("|") for line in table.splitlines()}
        assert len(counts) == 1, table


def test_text_that_would_begin_a_list_is_text() -> None:
    assert [escape(text) for text in ("1. one", "- two", "+ three", "*four*")] == [
        "1\\. one",
        "\\- two",
        "\\+ three",
        "\\*four\\*",
    ]


def test_pictures_have_their_address(tmp_path: Path) -> None:
    report = document([page_cost_result(tmp_path, blocks=2)])
    addresses = {figure.svg: f"figures/{number}.svg" for number, figure in enumerate(report.figures)}
    text = write(report, addresses)
    assert all(f"({address})" in text for address in addresses.values())
