"""fleet: what it needs is named before anything is reached, and status asks nobody."""

from __future__ import annotations

import importlib.util
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.error import LabError
from bench.fleet.answer import Answer
from bench.fleet.job import Job
from bench.fleet.roll import Roll, Standing, standing, write_roll
from cli.command import fleet
from cli.fleet import overtime_s


def ask(*words: str | Path) -> object:
    return fleet.command.main(list(map(str, words)), standalone_mode=False)


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inventory, and a place of its own for results."""
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path / "results"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    path = tmp_path / "hosts.ini"
    path.write_text("a\nb\n")
    return path


def test_without_ansible_it_says_how_to_install_it(hosts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LabError, match=r"type LAB_FLEET=1 \./lab .*ansible-missing"):
        ask("run", hosts)


def test_without_ssh_it_says_so(hosts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(LabError, match="ssh-missing"):
        ask("fetch", hosts)


@pytest.mark.parametrize("words", [("fetch",), ("status",), ("status", "--", "copies")])
def test_suite_that_was_never_begun_is_not_known(hosts: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(LabError, match="fleet-unknown"):
        ask(words[0], hosts, *words[1:])


def test_inventory_whose_name_cannot_be_a_folders_is_refused(hosts: Path) -> None:
    strange = hosts.rename(hosts.with_name("$(x).ini"))
    with pytest.raises(LabError, match=r"cannot name a fleet.*fleet-words"):
        ask("run", strange)


def test_host_is_waited_for_much_longer_than_is_forecast_and_not_for_ever() -> None:
    short, long = (overtime_s(Job("hosts", ("--blocks", blocks), ("copies",))) for blocks in ("1", "1000"))
    assert 200 <= short < long
    assert overtime_s(Job("hosts", (), ("what-another-version-measures",))) == 86_400


def test_status_says_how_all_stood_and_until_when_they_measure(hosts: Path, capsys) -> None:
    due = datetime.now(UTC) + timedelta(hours=1)
    known = {
        "b": standing(Answer("b", "started"), due),
        "a": Standing(state="fetched", results=2),
        "c": standing(Answer("c", "unreachable", "no route"), due),
    }
    roll = Roll(fleet="hosts", options=(), experiments=(), begun=due.isoformat(timespec="seconds"), hosts=known)
    folder = hosts.parent / "results" / "fleet" / roll.job.name
    write_roll(folder, roll)
    assert ask("status", hosts) == 1
    assert capsys.readouterr().out.splitlines() == [
        "a: fetched, 2 results",
        "b: started",
        "c: unreachable: no route [host-unreachable]",
        "3 hosts: 1 fetched, 1 started, 1 unreachable",
        f"measuring until about {due:%H:%M:%S} UTC; then ./lab fleet fetch",
        f"results: {folder}",
    ]
