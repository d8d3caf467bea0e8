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


def waited(folder: Path, backing: str, per_mille: int) -> tuple[dict[str, list[int]], Success]:
    """Run a few batches and return the readings by metric; a machine without secret memory skips."""
    words = ("--backing", backing, "--batch", "16", "--batches", "3", "--rounds", "3", "--delay-per-mille")
    outcome = run(folder, *words, str(per_mille))
    if isinstance(outcome, Refused) and outcome.step == "memfd_secret":
        pytest.skip(f"no secret memory here: {outcome.errno_name}")
    assert isinstance(outcome, Success) and outcome.samples, outcome
    assert [(series.metric, series.count) for series in outcome.samples.series] == [
        ("touches", 9),
        ("delay", 9),
        ("plain", 9),
    ]
    readings = memoryview((folder / "raw").read_bytes()).cast("Q").tolist()
    return {"touches": readings[:9], "delay": readings[9:18], "plain": readings[18:]}, outcome


@pytest.mark.parametrize("backing", BACKINGS)
def test_every_reading_is_longer_by_at_least_the_part_that_was_asked_for(backing: str, tmp_path: Path) -> None:
    found, _ = waited(tmp_path, backing, 500)
    pairs = zip(found["touches"], found["delay"], strict=True)
    assert all(wait * 1000 >= (reading - wait) * 500 - 1000 for reading, wait in pairs)


def test_plain_readings_are_not_made_longer(tmp_path: Path) -> None:
    """With ten times as much waiting as touching; the least of nine has met nothing else."""
    found, _ = waited(tmp_path, "anonymous", 10_000)
    assert min(found["touches"]) > 5 * min(found["plain"]) > 0


def test_each_page_is_touched_once_a_round(tmp_path: Path) -> None:
    report = waited(tmp_path, "anonymous", 0)[1].report
    faults = report["after"]["minor_faults"] - report["before"]["minor_faults"]
    pages = 3 * 2 * 3 * 16
    assert pages <= faults < pages + 50


def test_without_a_delay_nothing_is_waited(tmp_path: Path) -> None:
    assert waited(tmp_path, "anonymous", 0)[0]["delay"] == [0] * 9
