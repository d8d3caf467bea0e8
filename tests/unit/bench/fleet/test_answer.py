"""What a host answers is read narrowly: one known line, else a reason that a terminal may show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.fleet.answer import LONGEST, Answer, answer, read_answers

SAID = {"host": "a", "stdout": "", "stderr": "", "message": "", "unreachable": False, "parcel_message": ""}


@pytest.mark.parametrize(
    ("stdout", "expected"),
    [
        ("fleet started 0 \r\n", Answer("a", "started")),
        ("motd\r\nfleet finished 4096 before\r\n", Answer("a", "finished", "before")),
        ("fleet failed 0 no lab is at /x", Answer("a", "failed", "no lab is at /x")),
        ("fleet exploded 0 x", Answer("a", "failed", "fleet exploded 0 x")),
        ("fleet fetched 0 ", Answer("a", "failed", "fleet fetched 0")),
        ("fleet finished -1 x", Answer("a", "failed", "fleet finished -1 x")),
        ("fleet finished 1\nrm -rf /", Answer("a", "failed", "rm -rf /")),
        ("", Answer("a", "failed", "it did not answer")),
    ],
)
def test_only_the_one_line_is_an_answer(stdout: str, expected: Answer) -> None:
    assert answer({**SAID, "stdout": stdout}) == expected


def test_host_that_was_not_reached_is_told_by_the_last_line_of_ssh_whatever_it_sent() -> None:
    said = {**SAID, "unreachable": True, "message": "Warning: x\nroot@h: Permission denied (publickey).\n",
            "stdout": "fleet finished 1 "}  # fmt: skip
    assert answer(said) == Answer("a", "unreachable", "root@h: Permission denied (publickey).")


def test_error_of_the_shell_there_is_the_reason() -> None:
    said = {**SAID, "stdout": "welcome", "stderr": "motd\r\nsh: 0: cannot open /x/host.sh: No such file\r\n"}
    assert answer(said) == Answer("a", "failed", "sh: 0: cannot open /x/host.sh: No such file")


def test_nothing_that_a_terminal_obeys_comes_through_and_nothing_endless() -> None:
    found = answer({**SAID, "stdout": "fleet failed 0 \x1b]0;owned\x07" + "x" * 9999})
    assert "\x1b" not in found.text and "\x07" not in found.text
    assert len(found.text) <= LONGEST


def test_answers_are_read_a_line_each(tmp_path: Path) -> None:
    lines = [json.dumps({**SAID, "host": name, "stdout": "fleet running 0 "}) for name in ("a", "b")]
    (tmp_path / "report").write_text("\n".join(["# answers", "", *lines, ""]))
    assert read_answers(tmp_path / "report") == (Answer("a", "running"), Answer("b", "running"))
