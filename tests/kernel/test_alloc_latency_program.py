"""alloc_latency on the real kernel: which phases a way has, how many of each, and that they add up."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from workloads.alloc_latency import WAYS
from workloads.program import PROGRAMS, Outcome, Refused, Success, run_program

COUNT = 10
TOUCHES = {"first_touch": COUNT, "second_touch": COUNT, "ready": COUNT, "gone": COUNT}
FILE = ("create", "ftruncate", "mmap", "munmap", "close")
PHASES = {
    "file_each": dict.fromkeys(FILE, COUNT),
    "arena": dict.fromkeys(FILE, 1) | {"wipe": COUNT},
    "arena_reuse": dict.fromkeys(FILE, 1) | {"wipe": COUNT},
    "malloc": dict.fromkeys(("malloc", "wipe", "free"), COUNT),
    "mmap_mlock": dict.fromkeys(("mmap", "lock", "munmap"), COUNT),
    "memfd_mlock": dict.fromkeys((*FILE, "lock"), COUNT),
}
PARTS = ("create", "ftruncate", "mmap", "malloc", "lock", "first_touch")
SLACK_NS = 200  # a part is read inside of the whole, but rounded and read by itself

EACH_WAY = pytest.mark.parametrize("way", WAYS)


def run(folder: Path, *words: str) -> Outcome:
    """Run the program."""
    if not (PROGRAMS / "alloc_latency").exists():
        pytest.skip("the C programs are not built")
    return run_program("alloc_latency", words, folder / "raw", 60.0)


def live(folder: Path, way: str, size: int) -> Success:
    """Run the program in one way; a machine without secret memory skips."""
    outcome = run(folder, "--way", way, "--size", str(size), "--count", str(COUNT))
    if isinstance(outcome, Refused) and outcome.step == "memfd_secret":
        pytest.skip(f"no secret memory here: {outcome.errno_name}")
    assert isinstance(outcome, Success), outcome
    return outcome


def readings(done: Success) -> dict[str, list[int]]:
    """Return the readings by metric, in nanoseconds."""
    assert done.samples is not None
    raw, found, at = done.samples.path.read_bytes(), {}, 0
    for series in done.samples.series:
        end = at + 8 * series.count
        found[series.metric] = list(memoryview(raw[at:end]).cast("Q"))
        at = end
    return found


@EACH_WAY
def test_way_has_its_phases_and_so_many_of_each(way: str, tmp_path: Path) -> None:
    counts = {metric: len(ns) for metric, ns in readings(live(tmp_path, way, 8192)).items()}
    assert counts == PHASES[way] | TOUCHES


@pytest.mark.parametrize("way", ["file_each", "malloc", "mmap_mlock", "memfd_mlock"])
def test_ready_holds_all_that_was_waited_for(way: str, tmp_path: Path) -> None:
    found = readings(live(tmp_path, way, 8192))
    for secret, whole in enumerate(found["ready"]):
        assert whole + SLACK_NS >= sum(found[part][secret] for part in PARTS if part in found)


@EACH_WAY
def test_all_secrets_are_counted_as_prepared_once(way: str, tmp_path: Path) -> None:
    backing = live(tmp_path, way, 8192).report["host_backing"]
    assert (backing["prepared_pages"], backing["prepared_with"]) == (COUNT * 2, way)


def test_each_page_of_a_secret_of_its_own_is_a_fault(tmp_path: Path) -> None:
    report = live(tmp_path, "file_each", 16384).report
    assert report["after"]["minor_faults"] - report["before"]["minor_faults"] >= COUNT * 4


@pytest.mark.parametrize(("way", "least", "most"), [("malloc", COUNT * 4, None), ("arena_reuse", 0, COUNT * 4 - 1)])
def test_used_arena_faults_no_more_and_a_heap_does(way: str, least: int, most: int | None, tmp_path: Path) -> None:
    report = live(tmp_path, way, 16384).report
    faults = report["after"]["minor_faults"] - report["before"]["minor_faults"]
    assert faults >= least
    assert most is None or faults <= most


def test_size_that_is_no_multiple_of_a_page_is_refused(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--size", "5000")
    assert getattr(outcome, "step", None) == "options"


def test_large_secrets_are_of_small_pages_whatever_the_machine_s_setting(tmp_path: Path) -> None:
    """Huge pages are off for the process: on a machine that always gives them, mmap + mlock would take 2 MB ones."""
    command = (PROGRAMS / "alloc_latency", "--way", "mmap_mlock", "--size", "1048576", "--count", "64")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as program:
        seen = set()
        while program.poll() is None:
            status = Path(f"/proc/{program.pid}/status").read_text()
            seen |= set(re.findall(r"^THP_enabled:\s*(\d)$", status, re.MULTILINE))
    assert program.returncode == 0
    assert "0" in seen
