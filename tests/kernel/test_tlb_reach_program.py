"""tlb_reach on the running kernel: both kinds of memory are had and read equally often."""

from __future__ import annotations

from pathlib import Path

import pytest

from workloads.instruments.counters import snapshot
from workloads.program import Failed, Success, run_program


def test_small_and_huge_pages_are_read_equally_often_and_huge_ones_are_huge(tmp_path: Path) -> None:
    before = snapshot()["thp_fault_alloc"]
    outcome = run_program("tlb_reach", ("--pages", "4", "--rounds", "3"), tmp_path / "samples", 60)
    after = snapshot()["thp_fault_alloc"]
    assert isinstance(outcome, Success), outcome
    assert outcome.samples is not None
    assert {(series.metric, series.count) for series in outcome.samples.series} == {
        ("small_pages", 3),
        ("huge_pages", 3),
    }
    assert before is None or after is None or after - before >= 4


@pytest.mark.parametrize("words", [("--backing", "secret"), ("--pages", "1", "--footprint", "4194304")])
def test_wrong_options_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    outcome = run_program("tlb_reach", words, tmp_path / "samples", 60)
    assert isinstance(outcome, Failed) and outcome.slug == "program-failed"
