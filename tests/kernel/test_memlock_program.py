"""memlock on the running kernel: attempts against a limit of 16 pages, and what the two regimes make of them."""

from __future__ import annotations

import errno
import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.kernel.test_removal_program import counted
from workloads.memlock import ATTEMPTS, WORKLOAD
from workloads.program import PROGRAMS, Refused, Success, run_program

REPEATS = 4
NEVER = {"take_beyond", "mlock_beyond", "two_files"}
"""Refused by every kernel, one way or the other."""
ALWAYS = {"size_beyond", "take_all"}


def attempt(name: str, folder: Path) -> tuple[dict[str, Counter[int]], dict[str, object]]:
    """Return how often each value was read, and what the program said of the last time; skips without the means."""
    if not (PROGRAMS / "memlock").exists():
        pytest.skip("the C programs are not built")
    outcome = run_program("memlock", ("--attempt", name), folder / "raw", 60.0)
    if isinstance(outcome, Refused):
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    assert isinstance(outcome, Success), outcome
    return counted(outcome), outcome.report["settings"]


@pytest.mark.parametrize("name", sorted(NEVER | ALWAYS))
def test_every_kernel_counts_what_a_process_has(name: str, tmp_path: Path) -> None:
    found, _ = attempt(name, tmp_path)
    assert found["allowed"] == Counter({int(name in ALWAYS): REPEATS})


@pytest.mark.parametrize("name", ATTEMPTS)
def test_refusal_has_an_errno_and_a_step_and_an_allowance_has_none(name: str, tmp_path: Path) -> None:
    found, said = attempt(name, tmp_path)
    known = {errno.EAGAIN, errno.ENOMEM, errno.EPERM, errno.EFAULT}
    (allowed,), (number,) = found["allowed"], found["refused_errno"]
    assert (number == 0) if allowed else (number in known)
    assert said["outcome"] == (
        "allowed" if allowed else "SIGBUS" if number == errno.EFAULT else errno.errorcode[number]
    )


def test_limits_regime_is_the_one_that_the_probe_found(tmp_path: Path) -> None:
    _, said = attempt("take_beyond", tmp_path)
    probe = json.loads(subprocess.run((PROGRAMS / "probe",), capture_output=True, check=True).stdout)
    assert {"mmap": "mmap", "touch": "fault"}[str(said["last_step"])] == probe["memlock"]["regime"]


def test_limit_of_the_caller_is_left_alone(tmp_path: Path) -> None:
    before = Path("/proc/self/limits").read_text()
    attempt("keep_unmapped", tmp_path)
    assert Path("/proc/self/limits").read_text() == before


def test_metrics_are_those_of_the_workload(tmp_path: Path) -> None:
    found, _ = attempt("size_beyond", tmp_path)
    assert {metric.name for metric in WORKLOAD.metrics} == found.keys()
