"""A folder in which a program worked that was killed goes with the next command; that of a living one stays."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.host.hold import NAME, PLACE, held, sweep
from cli.place import CHECKOUT
from workloads.program import PROGRAMS

PREFIX = NAME.rstrip("?")
PATIENCE_S = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder into which an ordinary user may look, too: `access` works as one where root has called it."""
    for each in (tmp_path, *tmp_path.parents[:2]):
        each.chmod(0o755)
    return tmp_path


def caught_at_work(child: subprocess.Popen[bytes], place: Path) -> Path | None:
    """Stop a program while it holds a folder in a place, and return that; None where it was quicker."""
    while True:
        child.send_signal(signal.SIGSTOP)
        if os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT).si_code != os.CLD_STOPPED:
            return None
        if found := [path for path in place.glob(NAME) if is_locked(path)]:
            return found[0]
        os.waitid(os.P_PID, child.pid, os.WSTOPPED)
        child.send_signal(signal.SIGCONT)
        time.sleep(0.001)


def is_locked(path: Path) -> bool:
    """Tell by /proc/locks, proc_locks(5): "1: FLOCK ADVISORY WRITE 708 00:19:1234 0 EOF"; trying would take it away."""
    inode = str(path.stat().st_ino)
    return any(line.split()[-3].endswith(f":{inode}") for line in Path("/proc/locks").read_text().splitlines())


def aged(path: Path) -> None:
    """Have a folder look as one that was made long ago."""
    os.utime(path, (0, 0))


def sweep_until_told(place: Path) -> list[Path]:
    """Sweep until something went: what a killed program had begun takes a moment to end."""
    end = time.monotonic() + PATIENCE_S
    while not (gone := sweep(place)):
        assert time.monotonic() < end
        time.sleep(0.01)
    return gone


def test_folder_of_a_killed_program_goes_and_that_of_a_living_one_stays(folder: Path) -> None:
    if not (PROGRAMS / "access").exists():
        pytest.skip("the C programs are not built")
    words = (PROGRAMS / "access", "--backing", "memfd", "--who", "owner", "--folder", folder)
    working = None
    while working is None:
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            try:
                if working := caught_at_work(child, folder):
                    aged(working)
                    assert sweep(folder) == [] and working.exists()
            finally:
                child.kill()
    assert sweep_until_told(folder) == [working]
    assert list(folder.iterdir()) == []


def test_folders_that_are_held_links_and_other_names_stay(tmp_path: Path) -> None:
    names = [tmp_path / f"{PREFIX}{rest}" for rest in ("aaaaaa", "bbbbbb", "short")]
    for path in names:
        (path / "deep").mkdir(parents=True)
        aged(path)
    (tmp_path / f"{PREFIX}cccccc").symlink_to(tmp_path)
    with held(names[0]):
        assert sweep(tmp_path) == [names[1]]
    assert sweep(tmp_path) == [names[0]]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{PREFIX}cccccc", f"{PREFIX}short"]


def test_folder_that_was_made_just_now_stays(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}dddddd").mkdir()
    assert sweep(tmp_path) == []


def test_next_command_takes_it_away_and_says_so() -> None:
    left = PLACE / f"{PREFIX}{secrets.token_hex(3)}"
    left.mkdir(mode=0o700)
    (left / "core").write_bytes(b"x")
    aged(left)
    command = (sys.executable, "-m", "cli", "list")
    said = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert not left.exists()
    assert f"{left} was removed" in said.stderr and "[belonging-removed]" in said.stderr
