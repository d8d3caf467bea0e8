"""fault_latency on the real kernel: what it counts and what it writes; how fast it was is nobody's business here."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from workloads.instruments.counters import snapshot
from workloads.memory import Backing
from workloads.program import PROGRAMS, Outcome, Refused, Success, run_program

SMALL = [backing.value for backing in Backing if backing.page_bytes == 4096]
FEW_SPLITS = 8
COUNTED_BY_BOTH = {
    "interrupts_cal": ("cal_own_cpus", "cal_other_cpus"),
    "interrupts_tlb": ("tlb_own_cpus", "tlb_other_cpus"),
    "direct_map_level2_splits": ("direct_map_level2_splits",),
    "direct_map_level3_splits": ("direct_map_level3_splits",),
    "steal_ticks": ("steal_ticks",),
}


def run(folder: Path, *words: str) -> Outcome:
    """Run the program."""
    if not (PROGRAMS / "fault_latency").exists():
        pytest.skip("the C programs are not built")
    return run_program("fault_latency", words, folder / "raw", 60.0)


def succeed(outcome: Outcome) -> Success:
    """Return the success; a machine without secret memory skips."""
    if isinstance(outcome, Refused) and outcome.step == "memfd_secret":
        pytest.skip(f"no secret memory here: {outcome.errno_name}")
    assert isinstance(outcome, Success), outcome
    return outcome


def two_cpus() -> str:
    """Return a CPU to be timed and another one."""
    allowed = sorted(os.sched_getaffinity(0), reverse=True)
    if len(allowed) < 2:
        pytest.skip("one CPU only: nobody else to flush")
    return f"{allowed[0]},{allowed[1]}"


def grown(report: dict[str, Any], name: str) -> int:
    """Return by how much a counter grew in the timed part."""
    if report["before"][name] is None:
        pytest.skip(f"this kernel does not count {name}")
    return int(report["after"][name] - report["before"][name])


@pytest.mark.parametrize("backing", SMALL)
def test_every_touch_is_a_reading_and_a_fault(backing: str, tmp_path: Path) -> None:
    done = succeed(run(tmp_path, "--backing", backing, "--pages", "300"))
    assert done.samples is not None
    assert [(s.metric, s.thread, s.count) for s in done.samples.series] == [("first_touch", 0, 300)]
    assert grown(done.report, "minor_faults") >= 300


@pytest.mark.parametrize("backing", SMALL)
def test_readings_are_positive_and_fit_into_the_life_of_the_program(backing: str, tmp_path: Path) -> None:
    done = succeed(run(tmp_path, "--backing", backing, "--pages", "200"))
    readings = [ns for (ns,) in struct.iter_unpack("<Q", (tmp_path / "raw").read_bytes())]
    assert len(readings) == 200
    assert min(readings) > 0
    assert sum(readings) < done.report["life_ns"]


def test_threads_divide_the_pages_and_write_one_series_each(tmp_path: Path) -> None:
    done = succeed(run(tmp_path, "--backing", "secret", "--pages", "301", "--threads", "2", "--cpus", two_cpus()))
    assert [(s["thread"], s["count"]) for s in done.report["series"]] == [(0, 151), (1, 150)]
    assert grown(done.report, "minor_faults") >= 301


def test_huge_page_is_brought_in_by_one_touch(tmp_path: Path) -> None:
    done = succeed(run(tmp_path, "--backing", "thp", "--pages", "4"))
    assert done.report["settings"]["page_bytes"] == 2 << 20
    assert done.report["series"] == [{"metric": "first_touch", "thread": 0, "count": 4}]


def test_every_secret_fault_calls_a_busy_neighbour(tmp_path: Path) -> None:
    # A neighbour that idles by polling may be told by a flag, without an interrupt: commit b2a02fc43a1f.
    words = ("--backing", "secret", "--pages", "300", "--others", "spin_user", "--cpus", two_cpus())
    calls = grown(succeed(run(tmp_path, *words)).report, "cal_other_cpus")
    assert 285 <= calls <= 1200


def test_ordinary_faults_call_nobody(tmp_path: Path) -> None:
    words = ("--backing", "anonymous", "--pages", "300", "--others", "spin_user", "--cpus", two_cpus())
    assert grown(succeed(run(tmp_path, *words)).report, "cal_other_cpus") < 150


def test_reused_memory_splits_nothing_more(tmp_path: Path) -> None:
    done = succeed(run(tmp_path, "--backing", "secret", "--pages", "512", "--history", "reused"))
    assert grown(done.report, "direct_map_level2_splits") <= FEW_SPLITS
    assert done.report["host_backing"]["prepared_with"] == "secret"


def test_fresh_memory_is_reached_or_said_to_be_out_of_reach(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--backing", "secret", "--pages", "16", "--history", "fresh")
    if isinstance(outcome, Refused) and outcome.step == "fresh":
        return
    assert succeed(outcome).report["settings"]["plug_pages"] > 0


def test_fresh_memory_is_backed_without_being_secret_and_split_while_it_is_timed(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--backing", "secret", "--pages", "512", "--history", "fresh")
    if isinstance(outcome, Refused) and outcome.step == "fresh":
        return
    report = succeed(outcome).report
    assert (report["host_backing"]["prepared_with"], report["host_backing"]["prepared_pages"] >= 512) == ("pipe", True)
    splits = ("direct_map_level2_splits", "direct_map_level3_splits")
    assert sum(grown(report, name) for name in splits) >= 1


def test_explicit_huge_pages_without_a_pool_are_refused(tmp_path: Path) -> None:
    pool = Path("/sys/kernel/mm/hugepages/hugepages-2048kB")
    if not pool.exists():
        pytest.skip("this kernel has no 2 MB pages")
    if any((pool / name).read_text() != "0\n" for name in ("nr_hugepages", "nr_overcommit_hugepages")):
        pytest.skip("a pool of huge pages is set up here")
    outcome = run(tmp_path, "--backing", "hugetlb_2m", "--pages", "1")
    assert outcome == Refused("mmap", "ENOMEM", "the memory could not be had")


def test_counters_lie_between_what_proc_said_before_and_says_after(tmp_path: Path) -> None:
    earlier = snapshot()
    report = succeed(run(tmp_path, "--backing", "memfd", "--pages", "64")).report
    later = snapshot()
    for name, parts in COUNTED_BY_BOTH.items():
        if earlier[name] is None:
            assert all(report[when][part] is None for when in ("before", "after") for part in parts)
            continue
        before, after = (sum(report[when][part] for part in parts) for when in ("before", "after"))
        bounds = [earlier[name], before, after, later[name]]
        assert bounds == sorted(bounds), name


def test_the_clock_says_where_its_rate_is_from(tmp_path: Path) -> None:
    clock = succeed(run(tmp_path, "--backing", "anonymous", "--pages", "4")).report["clock"]
    assert clock["source"] in ("tsc", "cntvct", "monotonic_raw")
    assert clock["rate_from"] in ("perf", "calibration", "architecture", "kernel")
    assert 1e6 <= clock["hz"] <= 1e10
    assert clock["resolution_ns"] >= 1e9 / clock["hz"] * 0.999


def test_readings_that_cannot_be_written_are_a_failure(tmp_path: Path) -> None:
    outcome = run(tmp_path / "absent", "--backing", "anonymous", "--pages", "4")
    assert getattr(outcome, "slug", None) == "program-failed"
    assert getattr(outcome, "step", None) == "samples"


@pytest.mark.optional("a machine on which this ran often may have no memory left that was never secret")
def test_touches_that_split_are_as_many_as_the_kernel_counts(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--backing", "secret", "--pages", "512", "--history", "fresh")
    if isinstance(outcome, Refused):
        pytest.skip(f"no fresh memory: {outcome}")
    done = succeed(outcome)
    assert done.samples is not None
    counted = {series.metric: series.count for series in done.samples.series}
    if set(counted) == {"first_touch"}:
        pytest.skip("the direct map cannot be read here")
    small, large = (
        done.report["after"][name] - done.report["before"][name]
        for name in ("direct_map_level2_splits", "direct_map_level3_splits")
    )
    assert sum(counted.values()) == 2 * counted["first_touch"]
    assert counted.get("touch_split_1g", 0) == large
    assert counted.get("touch_split_2m", 0) + counted.get("touch_split_1g", 0) == small
