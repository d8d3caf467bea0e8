"""docs/reproduce.md: every experiment and every fear has its line, and what it says to compare is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.fear.catalog import FEARS
from bench.experiments.catalog import names
from cli.app import COMMANDS

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "reproduce.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("name", names())
def test_experiment_has_a_line(name: str) -> None:
    assert any(f"| `{name}` |" in row for row in ROWS)


@pytest.mark.parametrize("fear", FEARS, ids=lambda fear: fear.id)
def test_fear_has_a_line_or_is_named_as_unanswered(fear) -> None:
    asked = {evidence.experiment for evidence in fear.evidence if evidence.decides} & set(names())
    rows = [row for row in ROWS if f"| `{fear.id}` |" in row]
    unanswered = PAGE.split("Not answered by any experiment")[1].split("\n\n")[0]
    assert bool(rows) is bool(asked or "neighbour" in fear.id)
    assert (f"`{fear.id}`" in unanswered) is not bool(rows)


def test_commands_are_there() -> None:
    assert set(re.findall(r"\./lab ([a-z]+)", PAGE)) <= set(COMMANDS)
