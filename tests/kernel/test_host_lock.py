"""The lock between real processes, and after one of them was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.host.lock import Lock, LockHeld

ROOT = Path(__file__).parents[2]
HOLD = (
    "import sys; from bench.host.lock import Lock\nwith Lock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def name() -> str:
    """Return a lock name that no run uses."""
    return f"secretmem-lab-test-{os.getpid()}"


@pytest.fixture
def holder(name: str) -> Iterator[subprocess.Popen[str]]:
    """Return another process that holds the lock."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLD, name]
    child = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.communicate()


def test_other_process_is_named_with_its_command_and_start(holder: subprocess.Popen[str], name: str) -> None:
    with pytest.raises(LockHeld) as caught, Lock(name):
        pass
    assert caught.value.pid == holder.pid
    assert name in caught.value.command
    assert caught.value.since is not None


def test_lock_is_free_after_sigkill(holder: subprocess.Popen[str], name: str) -> None:
    holder.kill()
    holder.wait()
    with Lock(name):
        pass


def test_program_started_by_the_holder_does_not_hold_it(name: str) -> None:
    with Lock(name):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with Lock(name):
            pass
    finally:
        child.communicate(b"\n")


def test_lock_meets_an_ordinary_user(name: str) -> None:
    if os.geteuid():
        pytest.skip("needs root, to become another user")
    script = (
        "import os, sys\nfrom bench.host.lock import Lock, LockHeld\nos.setuid(65534)\n"
        "try:\n  with Lock(sys.argv[1]): print('taken')\nexcept LockHeld as held: print(held.pid)"
    )
    with Lock(name):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", script, name]
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert said.stdout.strip() == str(os.getpid()), said.stderr


def test_lock_leaves_no_file(name: str) -> None:
    with Lock(name):
        assert f"@{name}" in Path("/proc/net/unix").read_text()
    assert f"@{name}" not in Path("/proc/net/unix").read_text()
