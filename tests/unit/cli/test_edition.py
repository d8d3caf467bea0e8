"""The edition: what is committed is what the committed results give, and only an edition is ever replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.error import LabError
from cli.edition import EDITION, edition, newest_by_machine, renew
from cli.place import PUBLISHED, experiments
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import experiment
from tests.unit.cli.test_site import change_manifest, everything, readings

REMEDY = "write it again with ./lab publish --report"


def test_the_committed_report_is_what_the_committed_results_give() -> None:
    made = edition(newest_by_machine(experiments(PUBLISHED)))
    there = everything(EDITION)
    assert sorted(there) == sorted(made), REMEDY
    assert [name for name, text in made.items() if there[name] != text.encode()] == [], REMEDY


def result(folder: Path, **of: object) -> Path:
    """Return a result whose manifest says something else."""
    made = make(folder, experiment("anonymous"), readings)
    change_manifest(made, **of)
    return made.path


def test_the_last_of_each_experiment_on_each_machine_is_shown(tmp_path: Path) -> None:
    first, again, other = (
        result(tmp_path / n, machine=machine) for n, machine in (("1", "here"), ("2", "here"), ("3", "there"))
    )
    assert newest_by_machine([first, again, other]) == (again, other)
    assert newest_by_machine([other, first]) == (other, first)


def test_an_edition_takes_the_place_of_an_edition_and_of_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    text = renew([result(tmp_path / "a", machine="one")], folder)
    assert "one, Linux 6.18.0" in text.read_text()
    renew([result(tmp_path / "b", machine="other")], folder)
    assert "other, Linux 6.18.0" in text.read_text() and (folder / "verdicts.json").is_file()
    (folder / "mine.txt").write_text("")
    with pytest.raises(LabError, match="site-exists"):
        renew([result(tmp_path / "c", machine="third")], folder)
    assert "other, Linux 6.18.0" in text.read_text()
