"""arena on the running kernel: how many readings there are, and which faults and pages an arena does without."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from workloads.arena import BACKINGS, WAYS
from workloads.program import PROGRAMS, Outcome, Refused, Success, run_program

REQUESTS, HELD = 100, 16
SMALL = ("--requests", str(REQUESTS), "--held", str(HELD))
Readings = dict[str, list[int]]


def run(folder: Path, *words: str) -> Success:
    """Run the program; skips where the machine has no way."""
    if not (PROGRAMS / "arena").exists():
        pytest.skip("the C programs are not built")
    outcome: Outcome = run_program("arena", (*SMALL, *words), folder / "raw", 60.0)
    if isinstance(outcome, Refused) and outcome.step in ("memfd_secret", "counters"):
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    assert isinstance(outcome, Success), outcome
    return outcome


def readings(done: Success) -> Readings:
    """Return the readings by metric, in order."""
    assert done.samples is not None
    values = memoryview(done.samples.path.read_bytes()).cast("Q").tolist()
    found: Readings = {}
    for series in done.samples.series:
        found[series.metric], values = values[: series.count], values[series.count :]
    return found


def faults(done: Success) -> int:
    """Return how many page faults the requests took, and opening."""
    return int(done.report["after"]["minor_faults"]) - int(done.report["before"]["minor_faults"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("backing", BACKINGS)
def test_every_request_is_read_once(way: str, backing: str, tmp_path: Path) -> None:
    counts = {
        metric: len(found) for metric, found in readings(run(tmp_path, "--way", way, "--backing", backing)).items()
    }
    assert {"opening": 1, "request": REQUESTS, "level2_splits": 1, "level3_splits": 1}.items() <= counts.items()


def test_page_of_its_own_is_a_fault_each_time_and_an_arena_faults_only_while_it_is_filled(tmp_path: Path) -> None:
    each, arena = (faults(run(tmp_path, "--way", way)) for way in WAYS)
    assert each >= REQUESTS + HELD > 2 * HELD > arena - HELD >= 0


def test_arena_has_as_many_pages_as_are_held_and_no_more(tmp_path: Path) -> None:
    done = run(tmp_path, "--way", "arena", "--between", "busy")
    if done.report["settings"]["place"] != "seen":
        pytest.skip("frames are hidden from this process")
    found = readings(done)
    assert found["frames"] == [HELD]
    assert 1 <= found["blocks"][0] <= HELD


def test_requests_come_to_have_at_least_as_many_pages_as_are_held(tmp_path: Path) -> None:
    done = run(tmp_path, "--way", "each")
    if done.report["settings"]["place"] != "seen":
        pytest.skip("frames are hidden from this process")
    (frames,) = readings(done)["frames"]
    assert HELD <= frames <= REQUESTS + HELD


def test_nothing_is_left_open_or_locked_beyond_what_is_held(tmp_path: Path) -> None:
    """A page a request stays within a limit of descriptors that all requests together would break."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, before[1]))
    try:
        run(tmp_path, "--way", "each")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
