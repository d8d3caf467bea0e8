"""Jobs: the line that goes into a guest, and what is made of what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.guest.job import Job, ended
from workloads.program import Outcome, Refused, Success
from workloads.spec import Failed

JOB = Job("removal", ("--pages", "2"), output=True, timeout_s=7)
GOOD = {
    "job/3/stdout": json.dumps(
        {"format": 1, "program": "removal", "series": [{"metric": "m", "thread": 0, "count": 2}]}
    ).encode(),
    "job/3/stderr": b"",
    "job/3/output": (1).to_bytes(8, "little") * 2,
    "job/3/status": b"exited 0 1234",
}


def come(folder: Path, **changed: bytes) -> Outcome:
    frames = GOOD | {f"job/3/{part}": data for part, data in changed.items()}
    return ended(3, JOB, frames, folder / "samples").outcome


def test_job_is_a_line_with_its_patience_and_where_its_readings_go() -> None:
    assert JOB.line() == b"7\tremoval\t--pages\t2\t--samples\t/lab/output\n"
    assert Job("probe").line() == b"10\tprobe\n"


def test_success_has_its_readings(tmp_path: Path) -> None:
    outcome = come(tmp_path)
    assert isinstance(outcome, Success) and outcome.samples is not None
    assert outcome.samples.path.read_bytes() == GOOD["job/3/output"]


@pytest.mark.parametrize(
    ("changed", "slug"),
    [
        ({"status": b"timed-out 9 99"}, "timed-out"),
        ({"status": b"failed 2 0"}, "not-started"),
        ({"status": b"exited"}, "not-started"),
        ({"status": b"exited 0 -1"}, "not-started"),
        ({"status": b"exited 0 1" + b"0" * 30}, "not-started"),
        ({"status": b"killed 11 5"}, "crashed"),
        ({"stdout": b"{"}, "report-unreadable"),
        ({"output": b"1"}, "samples-truncated"),
    ],
)
def test_what_went_wrong_in_a_guest_has_a_name(changed: dict[str, bytes], slug: str, tmp_path: Path) -> None:
    outcome = come(tmp_path, **changed)
    assert isinstance(outcome, Failed) and outcome.slug == slug


def test_refusal_comes_back_as_one(tmp_path: Path) -> None:
    said = {"format": 1, "program": "removal", "step": "memfd_secret", "errno_name": "ENOSYS", "message": "no"}
    outcome = come(tmp_path, stdout=json.dumps(said).encode(), status=b"exited 3 5")
    assert outcome == Refused("memfd_secret", "ENOSYS", "no")
