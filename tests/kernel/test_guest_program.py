"""guest as an ordinary process: what it sends is what a guest sends, without a guest."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bench.guest.frame import Console, read_console
from bench.guest.job import Job, ended
from bench.guest.tree import WANTED, plant
from bench.host import kernel
from workloads.program import PROGRAMS, Success
from workloads.spec import Failed


def send(folder: Path, jobs: bytes, wanted: str = "") -> Console:
    if not (PROGRAMS / "guest").exists():
        pytest.skip("the C programs are not built")
    (folder / "jobs").write_bytes(jobs)
    (folder / "wanted").write_text(wanted)
    places = {"jobs": folder / "jobs", "wanted": folder / "wanted", "output": folder / "output", "programs": PROGRAMS}
    words = (word for name, path in places.items() for word in (f"--{name}", str(path)))
    said = subprocess.run((PROGRAMS / "guest", *words), capture_output=True, timeout=30, check=True).stdout
    console = read_console(said)
    assert console.torn == () and console.frames["done"] == b"complete"
    return console


def test_programs_run_and_all_that_they_wrote_comes_back(tmp_path: Path) -> None:
    jobs = (Job("probe"), Job("fault_latency", ("--pages", "9", "--samples", str(tmp_path / "output"))))
    frames = send(tmp_path, b"".join(job.line() for job in jobs)).frames
    probe = ended(0, jobs[0], frames, tmp_path / "none")
    assert isinstance(probe.outcome, Success) and probe.ns > 0
    assert json.loads(frames["job/1/stdout"])["series"][0]["count"] == 9
    assert len(frames["job/1/output"]) == 9 * 8 and "job/0/output" not in frames


@pytest.mark.parametrize(
    ("line", "slug"), [(b"1\tfollower\t--cpus\t0\t--\t/bin/sleep\t20\n", "timed-out"), (b"probe\n", "not-started")]
)
def test_program_that_hangs_or_is_none_has_its_reason(line: bytes, slug: str, tmp_path: Path) -> None:
    frames = send(tmp_path, line).frames
    outcome = ended(0, Job("follower"), frames, tmp_path / "none").outcome
    assert isinstance(outcome, Failed) and outcome.slug == slug


def test_program_that_is_not_there_says_so(tmp_path: Path) -> None:
    assert b"No such file" in send(tmp_path, b"5\tnobody\n").frames["job/0/stderr"]


def test_its_files_are_this_machines(tmp_path: Path) -> None:
    wanted = "\n".join((*WANTED, "?/proc/version", "/nowhere/*")) + "\n"
    plant(send(tmp_path, b"", wanted).frames, tmp_path / "root")
    assert kernel.release(tmp_path / "root") == kernel.release()
    assert (tmp_path / "root/proc/version").read_bytes() == b""
