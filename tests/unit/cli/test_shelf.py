"""A shelf: what cannot be read is left out where there is more, and what could crash a reader is tried elsewhere."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from bench.error import LabError
from cli import shelf
from cli.app import app
from cli.shelf import alone, loaded
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import experiment
from workloads.spec import Condition


def readings(condition: Condition, n: int) -> tuple[int, ...]:
    return tuple(1000 + 10 * n + k for k in range(5))


def result(folder: Path) -> Path:
    return make(folder, experiment("anonymous"), readings).path


def damaged(folder: Path) -> Path:
    path = result(folder)
    (path / "runs.jsonl").write_text("")
    return path


def die_over_a_deadly_one(folder: Path) -> None:
    if "deadly" in folder.parts:
        os.kill(os.getpid(), signal.SIGSEGV)


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A result over which whoever reads it ends."""
    monkeypatch.setattr(shelf, "go_through", die_over_a_deadly_one)
    return result(tmp_path / "deadly")


def test_damaged_one_of_several_is_left_out_with_its_reason(tmp_path: Path) -> None:
    good, bad = result(tmp_path / "a"), damaged(tmp_path / "b")
    results, (why,) = loaded([good, bad])
    assert [each.path for each in results] == [good]
    assert why.slug == "result-damaged"


def test_one_that_ends_its_reader_is_left_out_with_its_reason(tmp_path: Path, deadly: Path) -> None:
    good = result(tmp_path / "a")
    results, (why,) = loaded([deadly, good])
    assert [each.path for each in results] == [good]
    assert why.slug == "process-killed" and str(deadly) in str(why)


def test_where_none_is_left_the_first_reason_ends_the_command(tmp_path: Path, deadly: Path) -> None:
    with pytest.raises(LabError, match="process-killed"):
        loaded([deadly, damaged(tmp_path / "b")])
    with pytest.raises(LabError, match="result-damaged"):
        alone(tmp_path / "b" / deadly.relative_to(tmp_path / "deadly"))


def test_what_was_made_here_is_not_read_twice(deadly: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    assert alone(deadly).seal


@pytest.mark.parametrize("words", [("show",), ("report", "--format", "json", "-o", "-")])
def test_command_tells_the_rest_names_what_it_left_out_and_ends_with_status_one(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = result(tmp_path / "a"), damaged(tmp_path / "b")
    status = app.main([words[0], str(good), str(bad), *words[1:]], standalone_mode=False)
    said = capsys.readouterr()
    assert status == 1
    assert said.out.strip() and f"left out: {bad}" in said.err and "[result-damaged]" in said.err
