"""What the lab makes goes with it: on a plain exit, and after SIGKILL with the next command; and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bench.host import belonging, process
from bench.host.belonging import Belongings
from bench.host.ledger import Ledger
from workloads.spec import Unsupported

ROOT = Path(__file__).parents[2]
SLEEP = (sys.executable, "-c", "import time; print(flush=True); time.sleep(600)")
DEAF = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(600)",
)
FAMILY = ("/bin/sh", "-c", "sleep 600 & echo; wait")
MAKE_AND_WAIT = """
import signal, subprocess, sys
from pathlib import Path
from bench.host.belonging import Belongings
from bench.host.ledger import Ledger
with Belongings(Ledger(Path(sys.argv[1]))) as own:
    folder = own.make_folder("test")
    child = subprocess.Popen(("/bin/sh", "-c", "sleep 600 & echo; wait"), process_group=0, stdout=subprocess.PIPE)
    child.stdout.readline()
    own.adopt("test", child, signal.SIGTERM)
    own.adopt_group("test", child)
    print(folder, child.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    """Return a ledger of its own."""
    return Ledger(tmp_path / "ledger.json")


PATIENCE_S = 5.0


def start(*words: str) -> subprocess.Popen[bytes]:
    """Start a child in a group of its own, and wait for its first line."""
    child = subprocess.Popen(words, stdout=subprocess.PIPE, process_group=0)
    assert child.stdout is not None and child.stdout.readline()
    child.stdout.close()
    return child


def living(group: int) -> list[int]:
    """Return the processes of a group that run; one that was killed stays until its parent, or init, asks for it."""
    stats = {pid: Path(f"/proc/{pid}/stat").read_text() for pid in process.group(group)}
    return [pid for pid, stat in stats.items() if stat.rpartition(")")[2].split()[0] != "Z"]


def is_ended(group: int) -> bool:
    """Tell whether a group ends soon: who was killed runs until the signal reaches it."""
    end = time.monotonic() + PATIENCE_S
    while living(group) and time.monotonic() < end:
        time.sleep(0.01)
    return not living(group)


def test_folder_is_its_owners_alone_and_gone_afterwards(book: Ledger) -> None:
    with Belongings(book) as own:
        folder = own.make_folder("test")
        assert isinstance(folder, Path)
        (folder / "deep").mkdir()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
    assert not book.path.exists()


def test_child_ends_by_its_own_signal_and_its_group_with_it(book: Ledger) -> None:
    child = start(*FAMILY)
    others = [pid for pid in process.group(child.pid) if pid != child.pid]
    with Belongings(book) as own:
        own.adopt("test", child, signal.SIGTERM)
    assert child.returncode == -signal.SIGTERM
    assert others and is_ended(child.pid)


def test_child_that_does_not_listen_is_killed(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(belonging, "PATIENCE_S", 0.1)
    child = start(*DEAF)
    with Belongings(book) as own:
        own.adopt("test", child, signal.SIGTERM)
    assert child.returncode == -signal.SIGKILL


def test_child_that_has_ended_is_no_trouble_and_those_that_it_left_end(book: Ledger) -> None:
    child = start(*FAMILY)
    with Belongings(book) as own:
        own.adopt("test", child, signal.SIGTERM)
        own.adopt_group("test", child)
        child.kill()
        child.wait()
        assert living(child.pid)
    assert is_ended(child.pid)


def test_nothing_is_made_that_cannot_be_written_down(tmp_path: Path) -> None:
    with Belongings(Ledger(tmp_path / "absent" / "ledger.json")) as own:
        refused = own.make_folder("test")
    assert isinstance(refused, Unsupported) and refused.slug == "ledger-unwritable"


def test_next_command_takes_away_what_a_killed_one_left(book: Ledger) -> None:
    command = (sys.executable, "-c", MAKE_AND_WAIT, str(book.path))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as lab:
        assert lab.stdout is not None
        folder, pid = lab.stdout.readline().split()
        assert belonging.recover(book) == ()
        lab.kill()
    assert Path(folder).exists() and process.start_ticks(int(pid))
    notes = belonging.recover(book)
    assert {note.slug for note in notes} == {"belonging-removed"} and len(notes) >= 2  # one may end with the other
    assert not Path(folder).exists() and is_ended(int(pid))
    assert belonging.recover(book) == ()


def test_process_with_a_recorded_pid_that_is_another_one_is_left_alone(book: Ledger) -> None:
    child = start(*SLEEP)
    entry = belonging.named("test", child.pid, signal.SIGKILL)
    assert not belonging.end_stranger(replace(entry, started_ticks=entry.started_ticks + 1))
    assert child.poll() is None
    assert belonging.end_stranger(entry)
    assert child.wait() == -signal.SIGKILL
    assert not belonging.end_stranger(entry)


def test_folder_that_is_not_the_labs_is_left_alone(tmp_path: Path) -> None:
    belonging.remove_folder(str(tmp_path))
    belonging.remove_folder("/tmp/secretmem-lab-x/../../etc")
    assert tmp_path.exists() and Path("/etc").exists()
