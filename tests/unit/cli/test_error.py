"""Errors: one line, a status, never a traceback."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from bench.error import LabError
from cli.__main__ import Terminated, guarded


def raising(error: BaseException):
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (LabError("a-slug", "it failed", "because", "do this"), 1, "lab: it failed: because; do this [a-slug]\n"),
        (click.UsageError("no such thing"), 2, "lab: no such thing\n"),
        (KeyboardInterrupt(), 130, "lab: stopped by Ctrl-C\n"),
        (Terminated("SIGTERM"), 130, "lab: stopped by SIGTERM\n"),
        (PermissionError(13, "Permission denied", "/x"), 1, "lab: /x: Permission denied\n"),
    ],
)
def test_every_error_is_one_line_and_a_status(error, status, words, capsys) -> None:
    assert guarded(raising(error)) == status
    assert capsys.readouterr().err == words


def test_a_fault_of_the_lab_is_one_line_too(capsys, monkeypatch) -> None:
    monkeypatch.delenv("LAB_DEBUG", raising=False)
    assert guarded(raising(ZeroDivisionError("x"))) == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err and "LAB_DEBUG=1" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("dctor",), "did you mean 'doctor'?"),
        (("list", "--conditoins"), "--conditions"),
        (("run", "page_csot"), "page_cost"),
        (("show", "/nowhere/at/all"), "is not a result"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_the_nearest_names(words, expected) -> None:
    ended = subprocess.run((sys.executable, "-m", "cli", *words), capture_output=True, text=True, check=False)
    assert ended.returncode in (1, 2)
    assert expected in ended.stderr
    assert "Traceback" not in ended.stderr
