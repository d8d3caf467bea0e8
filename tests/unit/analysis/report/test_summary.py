"""The summary in a terminal, held by golden texts: LAB_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.load import Result
from analysis.report.summary import WIDTH, summary
from bench.model.note import Note
from tests.unit.analysis.plots.made import (
    access_result,
    copies_result,
    fragmentation_result,
    measured,
    page_cost_result,
    refused,
    removal_result,
    secret_life_result,
    uncached_result,
)
from workloads.spec import Condition, Failed

GOLDEN = Path(__file__).resolve().parents[3] / "golden"
SHRUNK = Note(slug="shrunk-to-fit", text="It was planned with 1024 pages and is run with 64.", remedy="raise the limit")


def held(name: str, text: str) -> None:
    golden = GOLDEN / name
    if os.environ.get("LAB_GOLDEN"):
        golden.write_text(text + "\n")
    assert text + "\n" == golden.read_text()


@pytest.fixture
def partly(tmp_path: Path) -> Result:
    usual = measured()

    def answer(condition: Condition, samples: Path) -> object:
        if condition.get("backing") == "thp":
            return Failed("crashed", "fault_latency was ended by SIGBUS", signal=7)
        return usual(condition, samples)

    return page_cost_result(tmp_path, answer=answer, notes=(SHRUNK,))


def test_summary_of_page_cost_is_the_golden_one(tmp_path: Path) -> None:
    held("page_cost.txt", summary([page_cost_result(tmp_path)]))


def test_summary_of_secret_life_is_the_golden_one(tmp_path: Path) -> None:
    held("secret_life.txt", summary([secret_life_result(tmp_path)]))


def test_summary_of_removal_is_the_golden_one(tmp_path: Path) -> None:
    held("removal.txt", summary([removal_result(tmp_path, blocks=16)]))


def test_summary_of_access_is_the_golden_one(tmp_path: Path) -> None:
    held("access.txt", summary([access_result(tmp_path, blocks=10)]))


def test_summary_of_copies_is_the_golden_one(tmp_path: Path) -> None:
    held("copies.txt", summary([copies_result(tmp_path)]))


def test_summary_of_uncached_is_the_golden_one(tmp_path: Path) -> None:
    held("uncached.txt", summary([uncached_result(tmp_path)]))


def test_summary_of_fragmentation_is_the_golden_one(tmp_path: Path) -> None:
    held("fragmentation.txt", summary([fragmentation_result(tmp_path, blocks=3)]))


def test_summary_of_a_partly_failed_result_is_the_golden_one(partly: Result) -> None:
    held("partly_failed.txt", summary([partly]))


def test_summary_of_a_machine_without_the_call_is_the_golden_one(tmp_path: Path) -> None:
    held("nothing_supported.txt", summary([page_cost_result(tmp_path, answer=refused)]))


def test_no_line_is_wider_than_a_terminal(tmp_path: Path, partly: Result) -> None:
    text = summary([partly, secret_life_result(tmp_path), access_result(tmp_path, blocks=1)])
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []


def test_unfinished_result_says_so(tmp_path: Path) -> None:
    assert "NOT FINISHED" in summary([page_cost_result(tmp_path, made=20)])


def test_terminal_obeys_nothing_that_a_result_holds(tmp_path: Path) -> None:
    evil = Note(slug="x", text="\x1b]0;owned\x07 and \x1b[2J")
    text = summary([page_cost_result(tmp_path, blocks=1, notes=(evil,))])
    assert "owned" in text and "\x1b" not in text and "\x07" not in text
