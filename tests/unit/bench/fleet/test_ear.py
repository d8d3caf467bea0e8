"""An ear passes on what a program says, and ends one that says too much."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.fleet import ear

Done = subprocess.CompletedProcess[bytes]


def hear(script: str, given: bytes = b"") -> Done:
    """Listen to a shell's script, as a program of its own."""
    words = (sys.executable, "-IS", ear.__file__, "sh", "-c", script)
    return subprocess.run(words, input=given, capture_output=True, check=False, timeout=60)


def test_what_is_said_given_and_answered_at_the_end_comes_through() -> None:
    done = hear("cat; echo said; echo wrong >&2; exit 255", b"given\n")
    assert (done.stdout, done.stderr, done.returncode) == (b"given\nsaid\n", b"wrong\n", 255)


@pytest.mark.parametrize("endless", ["exec yes", "exec yes >&2", "yes & exec yes >&2"])
def test_what_has_no_end_is_cut_off_and_says_so(endless: str) -> None:
    done = hear(endless)
    assert done.returncode == ear.TOO_MUCH
    assert len(done.stdout) + len(done.stderr) <= ear.MOST_BYTES + 100
    assert done.stderr.splitlines()[-1] == b"it answered more than 65536 bytes, and was cut off"


def test_as_much_as_may_be_said_is_heard_whole() -> None:
    assert len(hear(f"head -c {ear.MOST_BYTES} /dev/zero").stdout) == ear.MOST_BYTES
    assert hear(f"head -c {ear.MOST_BYTES + 1} /dev/zero").returncode == ear.TOO_MUCH


@pytest.mark.parametrize("name", ["ssh", "sftp"])
def test_scripts_that_ansible_calls_listen_to_the_program_of_their_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
    (tmp_path / name).chmod(0o755)
    called = (Path(ear.__file__).with_name(f"{name}.sh"), "-o", "A b=c", "host")
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LAB_FLEET_PYTHON": sys.executable}
    done = subprocess.run(called, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{name} -o A b=c host\n"
