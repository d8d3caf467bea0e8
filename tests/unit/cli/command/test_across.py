"""./lab across: folders of results in; lines, a page and a file for programs out; one clear line for anything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.error import LabError
from bench.run.journal import SEAL
from cli.command.across import command, gathered
from tests.unit.analysis.across.made import Truth, fleet, written

TRUTH = Truth()
KINDS = 16


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("fleet")
    paths = [written(made, host, TRUTH, blocks=3).path for host in fleet(TRUTH, KINDS, 1)]
    (paths[0] / SEAL).unlink()
    return made


def asked(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def test_folder_of_results_is_told_in_lines_a_page_and_a_file(folder: Path, tmp_path: Path) -> None:
    page, file = tmp_path / "across.html", tmp_path / "across.json"
    told = asked(folder, "-o", page, "--json", file)
    assert told.exit_code == 0
    assert max(map(len, told.output.splitlines())) <= max(100, len(str(tmp_path)) + 20)
    words = " ".join(told.output.split())
    assert "15 results with 8,640 readings, of 15 machines of 15 kinds; 1 result left out." in words
    assert "page_cost touch-memfd" in words and "it is not finished" in words
    html = page.read_text()
    assert (
        "<svg" in html
        and "The same questions on many kinds of machine" in html
        and "http://" not in html.replace("http://www.w3.org", "")
    )
    found = json.loads(file.read_text())
    assert (found["format"], found["results"], len(found["left_out"])) == (1, KINDS - 1, 1)
    assert {each["claim"]["name"] for each in found["findings"]} == {"touch-p50", "touch-memfd"}


def test_same_results_give_the_same_bytes_however_they_are_named(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    asked(folder, "--json", first)
    asked(*sorted(folder.iterdir(), reverse=True), folder, "--json", second)
    assert first.read_bytes() == second.read_bytes()


def test_result_is_found_however_deep_and_once(folder: Path) -> None:
    every = gathered([folder])
    assert len(every) == KINDS
    assert gathered([every[0], folder, every[1].parent]) == every
    assert gathered([every[0]]) == [every[0]]


def test_folder_without_results_and_no_folder_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"there is no result in .*\[no-results\]"):
        asked(tmp_path)
    with pytest.raises(LabError, match=r"is no folder \[not-a-result\]"):
        asked(tmp_path / "absent")


def test_engine_that_nobody_knows_is_one_line(folder: Path) -> None:
    with pytest.raises(LabError, match=r"'sqlite' is no engine; name duckdb, spark://HOST:PORT"):
        asked(folder, "--engine", "sqlite")
