"""known_delay on the real kernel: readings are touches with their wait, and the wait is the part that was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from workloads.known_delay import BACKINGS
from workloads.program import PROGRAMS, Outcome, Refused, Success, run_program


def run(folder: Path, *words: str) -> Outcome:
    """Run the program."""
    if not (PROGRAMS / "known_delay").exists():
        pytest.skip("the C programs are not built")
    return run_program("known_delay", words, folder / "raw", 60.0)


def waited(folder: Path, backing: str, per_mille: int) -> tuple[list[int], list[int], Success]:
    """Run a few batches and return whole readings and waits; a machine without secret memory skips."""
    words = ("--backing", backing, "--batch", "16", "--batches", "9", "--delay-per-mille", str(per_mille))
    outcome = run(folder, *words)
    if isinstance(outcome, Refused) and outcome.step == "memfd_secret":
        pytest.skip(f"no secret memory here: {outcome.errno_name}")
    assert isinstance(outcome, Success) and outcome.samples, outcome
    assert {series.metric: series.count for series in outcome.samples.series} == {"touches": 9, "delay": 9}
    readings = memoryview((folder / "raw").read_bytes()).cast("Q").tolist()
    return readings[:9], readings[9:], outcome


@pytest.mark.parametrize("backing", BACKINGS)
def test_every_reading_is_longer_by_at_least_the_part_that_was_asked_for(backing: str, tmp_path: Path) -> None:
    whole, delay, _ = waited(tmp_path, backing, 500)
    assert all(wait * 1000 >= (reading - wait) * 500 - 1000 for reading, wait in zip(whole, delay, strict=True))


def test_each_page_is_touched_once(tmp_path: Path) -> None:
    report = waited(tmp_path, "anonymous", 0)[2].report
    faults = report["after"]["minor_faults"] - report["before"]["minor_faults"]
    assert 9 * 16 <= faults < 9 * 16 + 50


def test_same_program_waits_where_no_delay_is_asked_for_only_for_the_clock(tmp_path: Path) -> None:
    whole, delay, _ = waited(tmp_path, "anonymous", 0)
    assert all(wait < reading for reading, wait in zip(whole, delay, strict=True))
