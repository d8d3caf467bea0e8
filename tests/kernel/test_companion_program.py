"""Nothing is left running: by a program that ended, by one that was killed, and by a harness that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workloads.program import CHECKOUT, PROGRAMS

PATIENCE_S = 30.0
LONG = ("--backing", "anonymous", "--pages", "262144", "--others", "spin_user")  # 1 GB: a second, by page and by page

# A harness that starts a program that runs for minutes, tells its number, and waits.
HARNESS = """
import os, subprocess, sys
told = {"LAB_PARENT_PID": str(os.getpid())} if sys.argv[1] == "told" else {}
command = (sys.argv[2], "--repeats", "1048576")
program = subprocess.Popen(command, env={**os.environ, **told}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(program.pid, flush=True)
program.wait()
"""


def members(group: int) -> list[int]:
    """Return the processes of a group that run; zombies have ended, whoever buries them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = path.read_text().partition(" (")
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, _, its_group = rest.rpartition(")")[2].split()[:3]
        if int(its_group) == group and state != "Z":
            found.append(int(pid))
    return found


def wait_for(holds: Callable[[], bool]) -> bool:
    """Wait until something holds; returns whether it does."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < end_s:
        time.sleep(0.002)
    return holds()


@pytest.fixture
def cpus() -> str:
    """Return two CPUs."""
    allowed = sorted(os.sched_getaffinity(0), reverse=True)
    if len(allowed) < 2:
        pytest.skip("one CPU only: no room for a companion")
    return f"{allowed[0]},{allowed[1]}"


@pytest.fixture
def program(cpus: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program with a companion, in a group of its own, of which nothing survives the test."""
    if not (PROGRAMS / "fault_latency").exists():
        pytest.skip("the C programs are not built")
    command = (PROGRAMS / "fault_latency", *LONG, "--cpus", cpus)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0) as started:
        yield started
        for pid in members(started.pid):
            os.kill(pid, signal.SIGKILL)


def test_program_that_ends_leaves_no_companion(program: subprocess.Popen[bytes]) -> None:
    assert wait_for(lambda: len(members(program.pid)) == 2)
    assert program.wait(PATIENCE_S) == 0
    assert members(program.pid) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSEGV])
def test_program_that_is_killed_leaves_no_companion(program: subprocess.Popen[bytes], number: signal.Signals) -> None:
    assert wait_for(lambda: len(members(program.pid)) == 2)
    program.send_signal(number)
    assert program.wait(PATIENCE_S) == -number
    assert wait_for(lambda: members(program.pid) == [])


def test_companions_are_one_for_each_other_cpu(program: subprocess.Popen[bytes], cpus: str) -> None:
    assert wait_for(lambda: len(members(program.pid)) == 2)
    (companion,) = set(members(program.pid)) - {program.pid}
    other = int(cpus.split(",")[1])
    assert wait_for(lambda: os.sched_getaffinity(companion) == {other})


def start_harness(told: str) -> tuple[subprocess.Popen[str], int]:
    """Start a harness in a process group of its own; returns it and its program's number."""
    if not (PROGRAMS / "process_latency").exists():
        pytest.skip("the C programs are not built")
    command = (sys.executable, "-c", HARNESS, told, str(PROGRAMS / "process_latency"))
    harness = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
    assert harness.stdout is not None
    return harness, int(harness.stdout.readline())


@pytest.mark.parametrize(("told", "left"), [("told", False), ("untold", True)])
def test_program_ends_with_a_killed_harness_only_where_it_was_told_to(told: str, left: bool) -> None:
    harness, program = start_harness(told)
    with harness:
        try:
            time.sleep(0.2)  # it is past its first lines, where it starts to follow
            assert program in members(harness.pid)
            harness.kill()
            harness.wait()
            if left:
                time.sleep(0.2)
                assert program in members(harness.pid)
            else:
                assert wait_for(lambda: program not in members(harness.pid))
        finally:
            if program in members(harness.pid):
                os.kill(program, signal.SIGKILL)


def test_program_that_is_not_the_child_it_was_told_to_be_says_so() -> None:
    environment = os.environ | {"LAB_PARENT_PID": "1"}
    ended = subprocess.run((PROGRAMS / "probe",), env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "LAB_PARENT_PID" in ended.stderr


@pytest.mark.parametrize("name", ["fault_latency", "alloc_latency", "process_latency", "probe"])
def test_program_leaves_no_process_behind(name: str) -> None:
    with subprocess.Popen(
        (PROGRAMS / name,), cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0
    ) as started:
        started.communicate(timeout=PATIENCE_S)
    assert members(started.pid) == []
