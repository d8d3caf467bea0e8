"""The follower becomes another program, elsewhere and as somebody else, and ends it with the lab in good order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from workloads.program import PROGRAMS, parse

FOLLOWER = str(PROGRAMS / "follower")
NOBODY = 65534
START_AND_WAIT = """
import os, subprocess, sys
subprocess.Popen(sys.argv[1:], env={**os.environ, "LAB_PARENT_PID": str(os.getpid())}, process_group=0)
sys.stdin.read()
"""
SAY_AND_WAIT = "trap 'echo in good order > {path}; exit' USR1; echo > {path}.ready; while :; do sleep 0.05; done"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that everybody may write to."""
    with TemporaryDirectory(prefix="lab-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def follow(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run((FOLLOWER, *words), env=environment, capture_output=True, text=True, check=False)


def wait_for(path: Path) -> None:
    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not come in 10 s")


def test_it_becomes_the_program_with_its_words_and_status() -> None:
    ended = follow("--", "/bin/sh", "-c", "echo $0 $1; exit 7", "a", "--b")
    assert (ended.stdout, ended.returncode) == ("a --b\n", 7)


def test_it_runs_on_the_cpus_that_were_named() -> None:
    cpu = max(os.sched_getaffinity(0))
    ended = follow("--cpus", str(cpu), "--", sys.executable, "-c", "import os; print(*os.sched_getaffinity(0))")
    assert ended.stdout == f"{cpu}\n"


def test_root_becomes_another_user_in_no_group_of_roots() -> None:
    if os.geteuid():
        pytest.skip("needs root, to become somebody else")
    words = ("--user", str(NOBODY), "--group", str(NOBODY))
    ended = follow(
        *words, "--", sys.executable, "-c", "import os; print(os.getresuid(), os.getresgid(), os.getgroups())"
    )
    three = (NOBODY,) * 3
    assert ended.stdout == f"{three} {three} []\n"


@pytest.mark.parametrize("as_nobody", [False, True])
def test_program_gets_its_signal_when_the_lab_is_killed(open_folder: Path, as_nobody: bool) -> None:
    if as_nobody and os.geteuid():
        pytest.skip("needs root, to become somebody else")
    said = open_folder / "said"
    user = ("--user", str(NOBODY), "--group", str(NOBODY)) if as_nobody else ()
    script = SAY_AND_WAIT.format(path=said)
    words = (FOLLOWER, "--signal", str(int(signal.SIGUSR1)), *user, "--", "/bin/sh", "-c", script)
    with subprocess.Popen((sys.executable, "-c", START_AND_WAIT, *words), stdin=subprocess.PIPE) as lab:
        wait_for(said.with_name("said.ready"))
        lab.kill()
    wait_for(said)
    assert said.read_text() == "in good order\n"


def test_it_starts_nothing_where_the_lab_is_not_its_parent() -> None:
    ended = follow("--", "/bin/echo", "started", LAB_PARENT_PID="1")
    assert ended.returncode == 1
    assert "started" not in ended.stdout


def test_program_that_is_not_there_is_said() -> None:
    ended = follow("--", "/nowhere/server")
    report = parse(ended.stdout.encode())
    assert ended.returncode == 1 and report is not None
    assert (report["step"], report["errno_name"]) == ("execve", "ENOENT")


@pytest.mark.parametrize(
    "words", [(), ("--",), ("--cpus", "x", "--", "/bin/true"), ("--signal", "0", "--", "/bin/true")]
)
def test_wrong_words_are_usage(words: tuple[str, ...]) -> None:
    assert follow(*words).returncode == 2
