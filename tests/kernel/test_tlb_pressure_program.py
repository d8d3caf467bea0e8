"""tlb_pressure on the running kernel: pages of each size are owned and read, and the budget for splits is kept."""

from __future__ import annotations

import os
import re
import struct
from pathlib import Path

import pytest

from workloads.instruments.counters import snapshot
from workloads.program import Failed, Refused, Success, run_program
from workloads.tlb_pressure import WORKLOAD

SMALL = ("--footprint", "1048576", "--rounds", "3", "--look-through", "256")
"""Pages in 1 GB entries may lie deeper than that: then they are lacking, and the others are read."""
SPLIT_BYTES = 2 << 20
pytestmark = pytest.mark.optional("the kernel may hand out pages of one size alone, and more is not split for a test")


def run(folder: Path, *words: str) -> Success:
    """Run the program, or skip where the kernel's direct map cannot be read."""
    outcome = run_program("tlb_pressure", words, folder / "samples", 60)
    if isinstance(outcome, Refused) and outcome.step.startswith("bpf"):
        pytest.skip(f"no BPF here: {outcome}")
    if isinstance(outcome, Refused) and outcome.step == "holding":
        pytest.skip(f"the kernel hands out pages of one size alone: {outcome}")
    assert isinstance(outcome, Success), outcome
    return outcome


def values(outcome: Success) -> dict[str, tuple[int, ...]]:
    """Return the readings of a run by metric."""
    assert outcome.samples is not None
    data = outcome.samples.path.read_bytes()
    every = iter(struct.unpack(f"<{len(data) // 8}Q", data))
    return {series.metric: tuple(next(every) for _ in range(series.count)) for series in outcome.samples.series}


def test_every_set_is_read_by_each_thread_within_the_budget(tmp_path: Path) -> None:
    budget, before = 4 * SPLIT_BYTES, snapshot()["direct_map_level2_splits"]
    outcome = run(tmp_path, *SMALL, "--split-budget", str(budget), "--threads", "2", "--cpus", "1,0")
    after = snapshot()["direct_map_level2_splits"]
    lacking = str(outcome.report["settings"]["lacking"]).split()
    missing = {f"{reader}_{name}" for name in lacking for reader in ("kernel", "user")}
    assert set(values(outcome)) == {metric.name for metric in WORKLOAD.metrics} - missing
    assert len(lacking) <= 3
    assert outcome.samples is not None
    assert {(series.thread, series.count) for series in outcome.samples.series} == {(0, 3), (1, 3)}
    assert outcome.report["settings"]["split_bytes"] <= budget
    assert before is None or after is None or (after - before) * SPLIT_BYTES <= budget


def test_the_sequential_pattern_reads_every_line_and_without_a_budget_nothing_is_split(tmp_path: Path) -> None:
    before = snapshot()["direct_map_level2_splits"]
    outcome = run(tmp_path, *SMALL, "--pattern", "sequential", "--split-budget", "0")
    assert outcome.report["settings"]["reads"] % (1048576 // 64) == 0
    assert all(min(readings) > 0 for readings in values(outcome).values())
    assert outcome.report["settings"]["split_bytes"] == 0
    assert snapshot()["direct_map_level2_splits"] == before


def test_the_kernel_reads_by_loads_since_linux_6_2(tmp_path: Path) -> None:
    read_by = run(tmp_path, *SMALL, "--split-budget", "0").report["settings"]["read_by"]
    release = tuple(map(int, re.findall(r"\d+", os.uname().release)[:2]))
    assert read_by == ("load" if release >= (6, 2) else "helper")


@pytest.mark.parametrize("words", [("--footprint", "1"), ("--threads", "2", "--cpus", "0"), ("--pattern", "odd")])
def test_wrong_options_are_refused_before_anything_is_touched(tmp_path: Path, words: tuple[str, ...]) -> None:
    outcome = run_program("tlb_pressure", words, tmp_path / "samples", 60)
    assert isinstance(outcome, Failed) and outcome.slug == "program-failed"
    assert not (tmp_path / "samples").exists()
