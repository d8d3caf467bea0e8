"""What runs on a host: one suite at a time, that goes on where it was broken off and repeats nothing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.load import load
from bench.fleet.parcel import unpack
from bench.host.lock import Lock, LockHeld
from cli.suite import understand

ROOT = Path(__file__).resolve().parents[2]
SCRIPT, TEMPLATE = (ROOT / "bench" / "fleet" / name for name in ("host.sh", "suite.sbatch"))
WORDS = ("--blocks", "1", "--pages", "16", "--", "copies")
LONG = ("--blocks", "40", "--pages", "16", "--", "copies")


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Path]:
    """A suite's folder; whatever still measures in it is ended afterwards."""
    yield tmp_path / "job"
    for pid in working(tmp_path / "job"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 30
    while left := working(tmp_path / "job"):
        assert time.monotonic() < end, left
        time.sleep(0.05)


@pytest.fixture(autouse=True)
def free() -> None:
    """Skip where somebody else measures on this machine."""
    try:
        with Lock():
            pass
    except LockHeld as other:
        pytest.skip(str(other))


def host(verb: str, folder: Path, *words: str) -> tuple[str, str]:
    """Call the script; returns the state and the text of its answer."""
    line = ("sh", SCRIPT, verb, folder, *words)
    said = subprocess.run(line, capture_output=True, text=True, check=False, timeout=120)
    found = re.fullmatch(r"fleet ([a-z-]+) \d+ (.*)", said.stdout.splitlines()[-1])
    assert found, said
    return found[1], found[2]


def working(folder: Path) -> list[int]:
    """Return the processes whose results go to a suite's folder, as their environment says."""
    found, mark = [], f"LAB_RESULTS={folder}/results".encode()
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


def until_begun(job: Path, runs: int = 1) -> Path:
    """Wait until a suite has made some runs; returns its only result."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for path in job.glob("results/*/*/runs.jsonl"):
            if path.read_bytes().count(b"\n") >= runs:
                return path.parent
        time.sleep(0.02)
    raise TimeoutError((job / "log").read_text())


def test_suite_that_is_done_is_packed_and_not_repeated(job: Path) -> None:
    assert host("ask", job) == ("absent", "")
    assert host("start", job, *WORDS) == ("started", "")
    assert host("start", job, *WORDS) == ("running", "since before")
    assert host("ask", job) == ("running", "")
    assert host("pack", job) == ("running", "")
    assert host("wait", job) == ("finished", "")
    (result,) = job.glob("results/*/*")
    assert host("start", job, *WORDS) == ("finished", "before")
    assert host("pack", job) == ("finished", "")
    (job.parent / "into").mkdir()
    (unpacked,) = unpack(job / "parcel.tar", job.parent / "into")
    assert load(unpacked).seal == load(result).seal
    assert (job / "log").read_text().count("$ ./lab run") == 1


def test_suite_outlives_who_began_it_and_sleeps_beside_it(job: Path) -> None:
    starter = subprocess.run(("sh", "-c", f"sh {SCRIPT} start {job} {' '.join(LONG)}; kill -HUP 0"),
                             start_new_session=True, capture_output=True, check=False, timeout=60)  # fmt: skip
    assert b"fleet started" in starter.stdout
    until_begun(job)
    assert host("ask", job)[0] == "running"


def test_killed_suite_is_broken_off_and_goes_on(job: Path) -> None:
    host("start", job, *LONG)
    result = until_begun(job, 20)
    for pid in working(job):
        os.kill(pid, signal.SIGKILL)
    assert host("wait", job)[0] in ("failed", "broken-off")
    made = (result / "runs.jsonl").read_text().splitlines()
    made = made if (result / "runs.jsonl").read_text().endswith("\n") else made[:-1]
    assert host("run", job, *LONG) == ("finished", "")
    assert (result / "runs.jsonl").read_text().splitlines()[: len(made)] == made
    assert load(result).seal and len(list(job.glob("results/*/*"))) == 1


def test_result_of_another_boot_is_set_aside_and_made_anew(job: Path) -> None:
    host("run", job, *WORDS)
    (result,) = job.glob("results/*/*")
    (job / "status").unlink()
    (result / "seal.json").unlink()
    manifest = json.loads((result / "manifest.json").read_text())
    manifest["environment"]["boot"] = "another"
    (result / "manifest.json").write_text(json.dumps(manifest))
    (result / "raw").mkdir()
    for line in (result / "runs.jsonl").read_text().splitlines():
        (result / "raw" / f"{json.loads(line)['trial']['index']}.u64").write_bytes(b"")
    renamed = result.with_name("20200101T000000Z" + result.name[16:])
    result.rename(renamed)
    assert host("run", job, *WORDS) == ("finished", "")
    (anew,) = job.glob("results/*/*")
    assert load(anew).seal and anew.name != renamed.name
    assert [path.name for path in (job / "set-aside").iterdir()] == [f"copies-{renamed.name}"]


def test_machine_that_is_held_by_somebody_is_the_reason(job: Path) -> None:
    with Lock():
        state, why = host("run", job, *WORDS)
    assert state == "failed" and "another run has this machine" in why and "[lock-held]" in why


def test_place_that_cannot_be_written_is_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state, why = host("start", tmp_path / "file" / "job", *WORDS)
    assert (state, "Not a directory" in why) == ("failed", True)


def slurm(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    variables = {"SLURM_SUBMIT_DIR": str(folder), "SLURM_ARRAY_JOB_ID": "77", "SLURMD_NODENAME": "node1"}
    return subprocess.run(("bash", TEMPLATE, *words), env=os.environ | variables, capture_output=True, text=True,
                          check=False, timeout=120)  # fmt: skip


def test_template_measures_a_node_once(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(SCRIPT.parent, checkout / "bench" / "fleet")
    (checkout / "lab").symlink_to(ROOT / "lab")
    words = ("--blocks", "1", "--pages", "16", "copies")
    done = slurm(checkout, *words)
    assert (done.returncode, done.stdout.startswith("fleet finished")) == (0, True), done
    (result,) = checkout.glob("results/local/slurm/77/node1/results/copies/*")
    assert load(result).seal
    again = slurm(checkout, *words)
    assert (again.returncode, "fleet finished 0 before" in again.stdout) == (0, True), again


def test_words_of_the_template_are_those_of_the_lab(tmp_path: Path) -> None:
    text = TEMPLATE.read_text()
    (default,) = re.findall(r"set -- (.+); fi", text)
    examples = re.findall(r"sbatch suite\.sbatch (--.+)", text)
    assert examples
    for line in (default, *examples):
        understand("nodes", tuple(line.split()))
    options = re.findall(r"^#SBATCH (--[a-z-]+)", text, re.MULTILINE)
    assert {"--exclusive", "--array"} <= set(options)
