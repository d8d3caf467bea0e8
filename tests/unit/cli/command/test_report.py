"""./lab report: four formats of one report, and figures under names that nobody's result chooses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.load import Result
from cli.command.report import command
from tests.unit.analysis.plots.made import page_cost_result


@pytest.fixture
def made(tmp_path: Path) -> Result:
    return page_cost_result(tmp_path / "made", blocks=2, machine="../../climb")


@pytest.mark.parametrize(("form", "begins"), [("html", "<!DOCTYPE html>"), ("md", "# memfd"), ("json", "{")])
def test_format_is_written_where_it_is_asked_for(made: Result, tmp_path: Path, form: str, begins: str) -> None:
    target = tmp_path / f"out.{form}"
    done = CliRunner().invoke(command, [str(made.path), "--format", form, "-o", str(target)], catch_exceptions=False)
    assert done.output == f"report: {target}\n"
    assert target.read_text().lstrip().startswith(begins)


def test_verdicts_go_to_stdout_for_a_program(made: Result) -> None:
    done = CliRunner().invoke(command, [str(made.path), "--format", "json", "-o", "-"], catch_exceptions=False)
    assert json.loads(done.stdout)["columns"][0]["machine"] == "../../climb"


def test_figures_stay_in_their_folder_and_markdown_shows_them(made: Result, tmp_path: Path) -> None:
    folder, target = tmp_path / "figures", tmp_path / "REPORT.md"
    asked = [str(made.path), "--format", "md", "-o", str(target), "--figures", str(folder)]
    CliRunner().invoke(command, asked, catch_exceptions=False)
    drawn = sorted(path.name for path in folder.iterdir())
    assert {path.rsplit(".", 1)[1] for path in drawn} == {"svg", "png"}
    wide = [name for name in drawn if "-column." not in name]
    assert wide and 2 * len(wide) == len(drawn), "each for one column of a paper, too"
    assert all(f"](figures/{name})" in target.read_text() for name in wide if name.endswith(".svg"))
