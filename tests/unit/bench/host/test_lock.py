"""One holder at a time; the loser learns who holds."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.host.lock import Lock, LockHeld


@pytest.fixture
def name(tmp_path: Path) -> str:
    """Return a lock name that no other test and no run uses."""
    return f"secretmem-lab-test-{os.getpid()}-{tmp_path.name}"


def test_second_holder_learns_pid_and_command_of_the_first(name: str) -> None:
    with Lock(name), pytest.raises(LockHeld) as caught, Lock(name):
        pass
    assert caught.value.pid == os.getpid()
    assert "python" in caught.value.command
    assert caught.value.since is not None


def test_lock_is_free_after_its_holder_left(name: str) -> None:
    with Lock(name):
        pass
    with Lock(name):
        pass


def test_lock_is_free_after_its_holder_left_by_an_exception(name: str) -> None:
    with pytest.raises(ValueError, match="stop"), Lock(name):
        raise ValueError("stop")
    with Lock(name):
        pass


def test_locks_of_other_names_do_not_meet(name: str) -> None:
    with Lock(name), Lock(name + "x"):
        pass


def test_message_is_one_line_with_all_that_is_known() -> None:
    held = LockHeld(42, "lab run", datetime(2026, 11, 24, 3, 16, tzinfo=UTC))
    assert "process 42 (lab run) since 2026-11-24 03:16:00" in str(held)
    assert "\n" not in str(held)


def test_message_says_so_where_nothing_is_known() -> None:
    assert "another process;" in str(LockHeld(None, "", None))
