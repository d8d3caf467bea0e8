"""neighbour_throughput on the running kernel: who does what in which window, what is counted, and that all end."""

from __future__ import annotations

import ctypes
import errno
import itertools
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.seccomp import MEMFD_SECRET, refuse
from workloads.neighbour_throughput import VICTIMS
from workloads.program import PROGRAMS, Refused, Success, run_program

WINDOW_S = 0.1
PR_SET_THP_DISABLE = 41
BUCKETS = 10
SHORT = ("--window-ms", "120", "--settle-ms", "20", "--chunk", "64")
PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def two_cpus() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one CPU only")
    if not (PROGRAMS / "neighbour_throughput").exists():
        pytest.skip("the C programs are not built")


def live(folder: Path, *words: str) -> dict[str, Any]:
    """Run the program and return its report, each window's readings by metric and thread in "read"."""
    outcome = run_program("neighbour_throughput", (*SHORT, *words), folder / "raw", PATIENCE_S)
    assert isinstance(outcome, Success) and outcome.samples is not None, outcome
    values = iter(memoryview(outcome.samples.path.read_bytes()).cast("Q").tolist())
    for window in outcome.report["windows"]:
        window["read"] = {(s["metric"], s["thread"]): take(values, s["count"]) for s in window["series"]}
    assert next(values, None) is None
    return outcome.report


def take(values: Iterator[int], count: int) -> list[int]:
    """Return the next readings."""
    return [next(values) for _ in range(count)]


def counted(window: dict[str, Any], name: str) -> int:
    """Return by how much a counter grew in a window."""
    return int(window["after"][name] - window["before"][name])


@pytest.mark.parametrize("victim", VICTIMS)
def test_every_victim_works_through_every_window(victim: str, tmp_path: Path) -> None:
    windows = live(tmp_path, "--victim", victim, "--timeline", "spin,memfd:1000,spin")["windows"]
    assert [window["aggressor"] for window in windows] == ["spin", "memfd", "spin"]
    for window in windows:
        read = window["read"]
        assert len(read["operations", 0]) == len(read["worst", 0]) == BUCKETS
        assert sum(read["operations", 0]) > 0
        assert max(read["worst", 0]) == read["latency_worst", 0][0]
        (p50,), (p99,), (p99_9,) = (read[f"latency_{q}", 0] for q in ("p50", "p99", "p99_9"))
        assert 0 < p50 <= p99 <= p99_9 <= read["latency_worst", 0][0]


def test_windows_lie_one_behind_the_other(tmp_path: Path) -> None:
    windows = live(tmp_path, "--timeline", "spin,none,spin")["windows"]
    begins = [window["begin_ns"] for window in windows]
    assert [later - sooner for sooner, later in itertools.pairwise(begins)] == [120_000_000] * 2
    assert {window["end_ns"] - window["begin_ns"] for window in windows} == {100_000_000}


def test_pages_are_made_at_the_rate_that_was_asked_and_the_rate_that_was_reached_is_told(tmp_path: Path) -> None:
    slow, absurd = live(tmp_path, "--timeline", "memfd:1000,memfd:4000000000")["windows"]
    made = sum(slow["read"]["pages", 0])
    assert 0 < made <= 1000 * WINDOW_S + slow["settings"]["piece_pages"]
    assert slow["settings"]["rate_pages_a_s"] == round(made / WINDOW_S)
    assert 0 < absurd["settings"]["rate_pages_a_s"] < absurd["rate"] / 2


def test_who_makes_no_pages_makes_none(tmp_path: Path) -> None:
    windows = live(tmp_path, "--timeline", "none,spin,secret_held")["windows"]
    assert [sum(window["read"]["pages", 0]) for window in windows] == [0, 0, 0]


def test_a_spinner_uses_its_cpu_and_who_does_nothing_does_not(tmp_path: Path) -> None:
    idle, spin = live(tmp_path, "--timeline", "none,spin")["windows"]
    assert idle["read"]["aggressor_cpu", 0][0] < 20_000_000 < spin["read"]["aggressor_cpu", 0][0]


def test_every_secret_page_interrupts_the_victim_s_cpu_once_and_an_ordinary_one_does_not(tmp_path: Path) -> None:
    report = live(tmp_path, "--timeline", "secret:4000,memfd_locked:4000")
    secret, ordinary = report["windows"]
    row = f"cal_cpu{report['settings']['victim_cpus']}"
    if secret["before"][row] is None:
        pytest.skip("this kernel has no row of function call interrupts")
    pages = counted(secret, "pages_made")
    assert pages > 100
    assert pages * 0.5 < counted(secret, row) < pages * 1.5 + 100  # a halted CPU that polls is woken without one
    assert counted(ordinary, row) < pages * 0.5


@pytest.mark.parametrize("kind", ["mprotect", "munmap"])
def test_the_yardstick_interrupts_the_victim_s_cpu_by_ordinary_shootdowns(kind: str, tmp_path: Path) -> None:
    report = live(tmp_path, "--timeline", ",".join([f"{kind}:4000,spin"] * 5))
    yardstick, spin = report["windows"][::2], report["windows"][1::2]
    row = f"tlb_cpu{report['settings']['victim_cpus']}"
    if yardstick[0]["before"][row] is None:
        pytest.skip("this kernel has no row of TLB shootdowns")
    assert all(sum(window["read"]["pages", 0]) > 100 for window in yardstick)
    counts = [sum(counted(window, row) for window in windows) for windows in (yardstick, spin)]
    assert counts[0] > 10 + counts[1]  # few where the victim waits, or another program has its CPU


def test_several_victims_do_what_is_listed_in_turn(tmp_path: Path) -> None:
    words = ("--victim", "compute+timer", "--victims", "2", "--placement", "same_cpu")
    (window,) = live(tmp_path, *words, "--aggressor", "spin")["windows"]
    assert {thread for metric, thread in window["read"] if metric == "operations"} == {0, 1}
    assert sum(window["read"]["operations", 1]) < sum(window["read"]["operations", 0])


def test_several_aggressors_share_the_rate(tmp_path: Path) -> None:
    (window,) = live(tmp_path, "--aggressors", "2", "--aggressor", "memfd", "--rate", "2000")["windows"]
    made = [sum(window["read"]["pages", thread]) for thread in (0, 1)]
    assert all(0 < pages <= 1000 * WINDOW_S + window["settings"]["piece_pages"] for pages in made)


def test_what_cannot_be_divided_of_a_rate_is_made_by_the_first(tmp_path: Path) -> None:
    words = ("--aggressors", "2", "--aggressor", "memfd", "--rate", "1", "--window-ms", "1220")
    (window,) = live(tmp_path, *words)["windows"]
    assert [sum(window["read"]["pages", thread]) for thread in (0, 1)] == [1, 0]  # due after one of 1.2 seconds


@pytest.mark.parametrize("timeline", ["secret", "secret:", "secret:-1", "secret:1x", "nobody:1", "spin,,spin", ""])
def test_timeline_that_is_none_is_refused_with_an_example(timeline: str) -> None:
    words = (PROGRAMS / "neighbour_throughput", *SHORT, "--timeline", timeline)
    ended = subprocess.run(words, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "secret:2000,spin" in ended.stderr


def test_memory_that_is_refused_costs_its_window_alone() -> None:
    words = (PROGRAMS / "neighbour_throughput", *SHORT, "--timeline", "secret:max,spin")
    ended = subprocess.run(words, capture_output=True, check=True, preexec_fn=refuse(MEMFD_SECRET, errno.ENOSYS))
    refused, spin = json.loads(ended.stdout)["windows"]
    told = {key: refused[key] for key in ("status", "step", "errno_name", "series")}
    assert told == {"status": "unsupported", "step": "memfd_secret", "errno_name": "ENOSYS", "series": []}
    assert spin["status"] == "ok" and spin["series"]


@pytest.mark.parametrize("victim", ["pointer_chase_2m", "stream"])
def test_memory_that_did_not_come_in_huge_pages_is_refused(victim: str) -> None:
    def disable_huge_pages() -> None:
        assert ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0

    words = (PROGRAMS / "neighbour_throughput", *SHORT, "--victim", victim, "--aggressor", "spin")
    ended = subprocess.run(words, capture_output=True, preexec_fn=disable_huge_pages)
    told = json.loads(ended.stdout)
    assert (told["status"], told["step"]) == ("unsupported", "huge_pages")


def test_one_cpu_is_refused_with_the_reason() -> None:
    outcome = run_program("neighbour_throughput", (*SHORT, "--cpus", "0"), None, PATIENCE_S)
    assert isinstance(outcome, Refused)
    assert outcome.step == "cpus" and "one CPU" in outcome.message


def test_a_placement_that_the_machine_does_not_have_is_refused() -> None:
    outcome = run_program("neighbour_throughput", (*SHORT, "--victims", "2", "--cpus", "0,1"), None, PATIENCE_S)
    assert isinstance(outcome, Refused)
    assert outcome.step == "placement"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("victim", ["compute", "pipe", "timer"])
def test_nothing_is_left_when_it_is_ended_in_the_middle(victim: str, number: signal.Signals) -> None:
    words = (PROGRAMS / "neighbour_throughput", "--victim", victim, "--window-ms", "60000", "--aggressor", "secret")
    started = subprocess.Popen((*words, "--rate", "100"), stdout=subprocess.DEVNULL, process_group=0)
    await_family(started.pid)
    started.send_signal(number)
    started.wait(PATIENCE_S)
    deadline = time.monotonic() + PATIENCE_S
    while family(started.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert family(started.pid) == []


def await_family(group: int) -> None:
    """Wait until the program has processes."""
    deadline = time.monotonic() + PATIENCE_S
    while len(family(group)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(family(group)) >= 3


def family(group: int) -> list[int]:
    """Return the processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found
