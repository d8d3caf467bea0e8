"""Programs that are refused: by a seccomp filter, and by the limit on locked memory for an ordinary user."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.seccomp import MEMFD_SECRET, refuse
from workloads.program import CHECKOUT, PROGRAMS

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
BEYOND_PAGES = 2304  # 9 MB, beyond the usual limit of 8 MB; refused before a page of it is had

# The harness itself is behind the filter, as it is in a container.
HARNESS = """
import sys
from bench.host.refusal import explain
from workloads.program import Refused, run_program
refused = run_program(sys.argv[1], tuple(sys.argv[2:]), None, 60.0)
assert isinstance(refused, Refused), refused
print(refused.step, refused.errno_name, explain(refused).slug)
"""


def need_programs() -> None:
    if not (PROGRAMS / "probe").exists():
        pytest.skip("the C programs are not built")


def behind_filter(number: int, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command for which memfd_secret(2) fails with an errno."""
    need_programs()
    return subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False, preexec_fn=refuse(MEMFD_SECRET, number)
    )


def as_nobody(name: str, *words: str, limit_bytes: int = 8 << 20) -> tuple[int, dict[str, Any]]:
    """Run a program as an ordinary user with a limit; returns its exit status and its report."""
    need_programs()
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    limited = ("prlimit", f"--memlock={limit_bytes}:{limit_bytes}", *NOBODY)
    ended = subprocess.run((*limited, PROGRAMS / name, *words), capture_output=True, text=True, check=False)
    if "Permission denied" in ended.stderr:
        pytest.skip("other users cannot reach the programs here")
    report = json.loads(ended.stdout)
    if report.get("step") == "memfd_secret":
        pytest.skip(f"no secret memory here: {report['errno_name']}")
    return ended.returncode, report


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EPERM])
@pytest.mark.parametrize(
    "words",
    [
        ("fault_latency", "--backing", "secret", "--pages", "4"),
        ("alloc_latency", "--way", "file_each", "--count", "2"),
        ("alloc_latency", "--way", "arena", "--count", "2"),
        ("arena", "--way", "each", "--requests", "4", "--held", "2"),
        ("process_latency", "--backing", "secret", "--pages", "4"),
    ],
    ids=" ".join,
)
def test_filtered_call_is_told_as_filtered(words: tuple[str, ...], number: int) -> None:
    ended = behind_filter(number, sys.executable, "-c", HARNESS, *words)
    assert ended.stdout == f"memfd_secret {errno.errorcode[number]} secret-filtered\n", ended.stderr


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EPERM])
def test_probe_goes_on_behind_the_filter(number: int) -> None:
    ended = behind_filter(number, str(PROGRAMS / "probe"))
    assert ended.returncode == 0
    report = json.loads(ended.stdout)
    secret = next(backing for backing in report["backings"] if backing["name"] == "secret")
    assert (secret["supported"], secret["step"], secret["errno"]) == (False, "memfd_secret", number)
    assert report["memlock"]["regime"] == "unknown"


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        (("fault_latency", "--backing", "secret", "--pages", str(BEYOND_PAGES)), {"mmap", "touch"}),
        (("fault_latency", "--backing", "anonymous_locked", "--pages", str(BEYOND_PAGES)), {"mlock2"}),
        (("fault_latency", "--backing", "memfd_locked", "--pages", str(BEYOND_PAGES)), {"mlock2"}),
        (("alloc_latency", "--way", "arena", "--count", "9", "--size", str(1 << 20)), {"mmap", "touch"}),
        (("alloc_latency", "--way", "mmap_mlock", "--count", "9", "--size", str(1 << 20)), {"mlock"}),
        (("process_latency", "--backing", "secret", "--pages", str(BEYOND_PAGES)), {"mmap", "touch"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_more_than_the_limit_is_refused_to_an_ordinary_user(words: tuple[str, ...], steps: set[str]) -> None:
    status, report = as_nobody(*words)
    assert (status, report["status"]) == (3, "unsupported")
    assert report["step"] in steps


def test_within_the_limit_an_ordinary_user_measures_as_root_does() -> None:
    status, report = as_nobody("fault_latency", "--backing", "secret", "--pages", "64")
    assert (status, report["series"]) == (0, [{"metric": "first_touch", "thread": 0, "count": 64}])


def test_limit_of_nothing_refuses_the_first_page() -> None:
    status, report = as_nobody("fault_latency", "--backing", "secret", "--pages", "1", limit_bytes=0)
    assert (status, report["status"]) == (3, "unsupported")


def test_probe_finds_the_limit_its_regime_and_its_scope() -> None:
    _, report = as_nobody("probe")
    memlock = report["memlock"]
    assert (memlock["soft_bytes"], memlock["hard_bytes"]) == (8 << 20, 8 << 20)
    assert not memlock["bypassed"]
    assert (memlock["regime"], memlock["scope"]) in {("mmap", "process"), ("fault", "user")}


def test_probe_says_that_root_is_exempt_where_the_capability_counts(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root has the capability")
    need_programs()
    ended = subprocess.run([PROGRAMS / "probe"], capture_output=True, text=True, check=True, cwd=tmp_path)
    memlock = json.loads(ended.stdout)["memlock"]
    assert memlock["bypassed"] or memlock["regime"] == "fault"
    assert memlock["regime"] in ("mmap", "fault", "unknown")  # found without the capability, which root's child gave up
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("descriptors", range(5, 12))
def test_probe_short_of_descriptors_guesses_nothing(descriptors: int) -> None:
    need_programs()
    command = ("prlimit", f"--nofile={descriptors}", PROGRAMS / "probe")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    memlock = json.loads(ended.stdout)["memlock"]
    assert (memlock["regime"], memlock["scope"]) in {
        ("mmap", "process"),
        ("fault", "user"),
        ("mmap", "unknown"),
        ("fault", "unknown"),
        ("unknown", "unknown"),
    }
