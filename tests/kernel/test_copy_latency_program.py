"""copy_latency on the running kernel: every page is copied in every way, and as often as was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from workloads.copy_latency import WORKLOAD
from workloads.program import PROGRAMS, Failed, Refused, Success, run_program


@pytest.mark.parametrize("backing", ["secret", "memfd_locked", "memfd", "anonymous"])
def test_each_way_has_a_reading_for_each_page_and_round(backing: str, tmp_path: Path) -> None:
    if not (PROGRAMS / "copy_latency").exists():
        pytest.skip("the C programs are not built")
    words = ("--backing", backing, "--pages", "5", "--rounds", "3")
    outcome = run_program("copy_latency", words, tmp_path / "raw", 60.0)
    if isinstance(outcome, Refused):
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    assert isinstance(outcome, Success) and outcome.samples is not None, outcome
    assert {series.metric: series.count for series in outcome.samples.series} == dict.fromkeys(
        (m.name for m in WORKLOAD.metrics), 15
    )
    assert min(memoryview(outcome.samples.path.read_bytes()).cast("Q")) > 0


@pytest.mark.parametrize("words", [("--backing", "thp"), ("--pages", "0"), ("--rounds", "0")])
def test_wrong_options_are_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    outcome = run_program("copy_latency", words, tmp_path / "raw", 60.0)
    assert isinstance(outcome, Failed) and outcome.step == "options"
