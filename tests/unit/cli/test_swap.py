"""A folder takes a place whole, also where the file system knows no exchange."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.error import LabError
from cli import swap
from cli.app import app


def fill(target: Path, text: str) -> None:
    with swap.building(target) as draft:
        (draft / "file").write_text(text)


def no_exchange(one: Path, other: Path) -> None:
    raise OSError(errno.EINVAL, "Invalid argument")


@pytest.mark.parametrize("exchange", [swap.exchange, no_exchange], ids=["exchange", "no exchange"])
def test_a_folder_takes_the_place_of_another(tmp_path: Path, monkeypatch, exchange) -> None:
    monkeypatch.setattr(swap, "exchange", exchange)
    fill(tmp_path / "a" / "site", "old")
    fill(tmp_path / "a" / "site", "new")
    assert (tmp_path / "a" / "site" / "file").read_text() == "new"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["site"]


def test_a_folder_that_is_not_filled_takes_no_place(tmp_path: Path) -> None:
    fill(tmp_path / "site", "old")
    with pytest.raises(ZeroDivisionError), swap.building(tmp_path / "site") as draft:
        (draft / "file").write_text(str(1 / 0))
    assert (tmp_path / "site" / "file").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_disk_that_does_not_take_it_is_an_error_of_one_line(tmp_path: Path, monkeypatch) -> None:
    def full(one: Path, other: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fill(tmp_path / "site", "old")
    monkeypatch.setattr(swap, "exchange", full)
    with pytest.raises(LabError, match="No space left"):
        fill(tmp_path / "site", "new")
    assert (tmp_path / "site" / "file").read_text() == "old"


KILLED = """
import os, signal, sys
from pathlib import Path
from cli.swap import building
with building(Path(sys.argv[1])) as draft:
    (draft / "file").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_one(target: Path) -> None:
    """Have a process killed while it fills a folder."""
    ended = subprocess.run([sys.executable, "-c", KILLED, target], check=False)
    assert ended.returncode == -signal.SIGKILL and len(list(target.parent.glob(".*.draft"))) == 1


def test_what_a_killed_process_left_goes_with_the_next_and_what_a_living_one_fills_stays(tmp_path: Path) -> None:
    kill_one(tmp_path / "site")
    (tmp_path / ".mine.1.draft").write_text("a file of somebody's")
    with swap.building(tmp_path / "report") as draft:
        fill(tmp_path / "site", "whole")
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([".mine.1.draft", draft.name, "site"])
    assert (tmp_path / "site" / "file").read_text() == "whole"


def test_any_command_takes_away_what_a_killed_one_left(tmp_path: Path, monkeypatch, capsys) -> None:
    kill_one(tmp_path / "site")
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    app.main(["list"], standalone_mode=False)
    assert list(tmp_path.iterdir()) == [] and "was killed [belonging-removed]" in capsys.readouterr().err


def test_a_folder_that_made_place_when_its_process_was_killed_is_back(tmp_path: Path) -> None:
    (tmp_path / ".site.1.old").mkdir()
    (tmp_path / ".site.1.old" / "file").write_text("old")
    assert swap.sweep(tmp_path) and (tmp_path / "site" / "file").read_text() == "old"
