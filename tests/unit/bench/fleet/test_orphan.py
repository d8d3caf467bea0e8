"""Whatever a program leaves behind ends with it, and nothing else does."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bench.fleet import orphan

LEAVES = "(setsid sh -c 'sleep 100 & echo $$ $!; exec sleep 100') & exit 3"
"""A shell that goes, and leaves two processes in a session of their own, one the parent of the other."""


def begin_and_go() -> list[int]:
    """Have a program leave two processes behind, and return them."""
    with subprocess.Popen(("sh", "-c", LEAVES), stdout=subprocess.PIPE, text=True) as left:
        assert left.stdout
        pids = [int(word) for word in left.stdout.readline().split()]
        left.stdout.close()
    return pids


def test_what_was_left_behind_is_ended_and_other_children_are_not() -> None:
    with subprocess.Popen(("sleep", "100")) as ours:
        with orphan.ended():
            left = begin_and_go()
            assert len(left) == 2 and all(Path(f"/proc/{pid}").exists() for pid in left)
        assert not any(Path(f"/proc/{pid}").exists() for pid in left)
        assert ours.poll() is None
        ours.kill()


def test_they_end_where_the_program_was_broken_off_too() -> None:
    left: list[int] = []
    with pytest.raises(KeyboardInterrupt), orphan.ended():
        left += begin_and_go()
        raise KeyboardInterrupt
    assert left and not any(Path(f"/proc/{pid}").exists() for pid in left)


def test_afterwards_nothing_is_adopted() -> None:
    with orphan.ended():
        pass
    for pid in begin_and_go():
        assert f"PPid:\t{os.getpid()}\n" not in Path(f"/proc/{pid}/status").read_text()
        os.kill(pid, 9)
