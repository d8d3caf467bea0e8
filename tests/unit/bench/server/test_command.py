"""What a server said last is told in a line that names no path, and its variables are the same everywhere."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from bench.server.command import LINE_LENGTH, Follower, with_lines

FOLDER = Path("/tmp/secretmem-lab-redis-1234")


def test_last_lines_are_short_printable_and_name_no_folder() -> None:
    said = f"first\n\nbind \x1b[31m{FOLDER}/a\nthen\n{'x' * 500}\n\n".encode()
    told = with_lines("redis does not answer", said, FOLDER)
    assert told == f"redis does not answer: bind  [31mDATA/a | then | {'x' * LINE_LENGTH}"


def test_server_that_said_nothing_has_no_lines() -> None:
    assert with_lines("redis does not answer", b"\n \n", FOLDER) == "redis does not answer"


def test_text_of_no_encoding_is_told_all_the_same() -> None:
    assert "\ufffd" in with_lines("it ended", b"\xff\xfe", FOLDER)


def test_a_users_own_variables_do_not_reach_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGDATA", "PGHOST", "REDISCLI_AUTH", "LD_PRELOAD"):
        monkeypatch.setenv(name, "mine")
    given = Follower(FOLDER, (1,), None).environment()
    assert sorted(given) == ["HOME", "LAB_PARENT_PID", "LC_ALL", "PATH", "TZ"]


def test_root_gives_a_server_to_another_user() -> None:
    words = Follower(FOLDER, (1, 3), (65534, 100)).words(("/bin/true", "-x"), signal.SIGQUIT)
    assert words[1:] == ("--signal", "3", "--user", "65534", "--group", "100", "--cpus", "1,3", "--", "/bin/true", "-x")
