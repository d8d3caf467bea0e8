"""./lab validate: its options make one experiment, and what was found is printed within a terminal's width."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import place
from cli.command import validate
from cli.command.run import Ask
from tests.unit.analysis.delayed import validation


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Ask]:
    """Have nothing measured: the result is there already. Returns what was asked for."""
    path, seen = validation(tmp_path, blocks=5).path, []

    def act(ask: Ask, resume: str | None, results: Path, *, dry_run: bool) -> list[Path]:
        seen.append(ask)
        return [] if dry_run else [path]

    monkeypatch.setattr(validate, "act", act)
    return seen


def test_it_makes_the_validation_and_says_what_came_of_it(asked: list[Ask], tmp_path: Path) -> None:
    done = CliRunner().invoke(validate.command, ["--blocks", "5", "--machine", "mine"], catch_exceptions=False)
    assert (next(tmp_path.glob("*/one")) / "report.html").exists()
    assert [(ask.experiments, ask.blocks, ask.machine) for ask in asked] == [(("validation",), 5, "mine")]
    assert "compared with itself 16 times" in done.output and "result: " in done.output
    assert max(map(len, done.output.splitlines()[:-1])) <= 100


def test_dry_run_measures_nothing(asked: list[Ask]) -> None:
    done = CliRunner().invoke(validate.command, ["--dry-run"], catch_exceptions=False)
    assert len(asked) == 1 and done.output == ""


def test_newest_results_leave_the_validation_to_its_part_unless_there_is_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    monkeypatch.setattr(place, "PUBLISHED", tmp_path / "published")
    for name in ("validation", "page_cost"):
        (tmp_path / name / "one").mkdir(parents=True)
        (tmp_path / name / "one" / "manifest.json").write_text("{}")
        expected = {"validation": (tmp_path / "validation" / "one",), "page_cost": (tmp_path / "page_cost" / "one",)}
        assert place.newest() == expected[name]
