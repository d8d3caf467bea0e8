"""removal on the running kernel: what it says of every page of a few, whoever has them and however they go."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from workloads.program import PROGRAMS, Failed, Outcome, Refused, Success, run_program
from workloads.removal import LIVES, WORKLOAD

PAGES = 200
EACH = Counter({1: PAGES})
SECRET = ("refused_while_held", "absent_while_held", "owner_reads", "readable_after", "mapped_after")
ORDINARY = ("word_read", "mapped_while_held", "owner_reads")
NEEDS = ("memfd_secret", "bpf-built", "bpf-load", "pagemap", "iomem")


def look(folder: Path, *words: str, pages: int = PAGES) -> dict[str, Counter[int]]:
    """Run the program and return how often each value was read, by metric; skips where the machine has no way."""
    if not (PROGRAMS / "removal").exists():
        pytest.skip("the C programs are not built")
    outcome = run_program("removal", ("--pages", str(pages), *words), folder / "raw", 60.0)
    if isinstance(outcome, Refused) and outcome.step in NEEDS:
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    return counted(outcome)


def counted(outcome: Outcome) -> dict[str, Counter[int]]:
    """Return the values of a success, counted by metric."""
    assert isinstance(outcome, Success) and outcome.samples is not None, outcome
    values = memoryview(outcome.samples.path.read_bytes()).cast("Q").tolist()
    found: dict[str, Counter[int]] = {}
    for series in outcome.samples.series:
        found[series.metric] = Counter(values[: series.count])
        values = values[series.count :]
    return found


def hold(found: dict[str, Counter[int]], life: str) -> None:
    """Hold what was read to all of a few pages, but for reads that a TLB answers (docs/stale-entries.md).

    It may where another process made the pages secret and address spaces have numbers; one in ten thousand was seen.
    """
    refused = found.pop("refused_while_held")
    by_another = life not in ("held", "forked") and " pcid " in Path("/proc/cpuinfo").read_text()
    assert refused[1] >= PAGES - (PAGES // 50 if by_another else 0) and refused.total() == PAGES
    assert found == dict.fromkeys(SECRET[1:], EACH)


@pytest.mark.parametrize("life", LIVES)
def test_every_secret_page_is_gone_while_held_and_back_afterwards(life: str, tmp_path: Path) -> None:
    hold(look(tmp_path, "--life", life), life)


@pytest.mark.parametrize("life", ["held", "killed"])
def test_pages_filled_by_two_threads_at_once_are_gone_too(life: str, tmp_path: Path) -> None:
    hold(look(tmp_path, "--life", life, "--threads", "2"), life)


@pytest.mark.parametrize("backing", ["anonymous", "anonymous_locked", "memfd", "memfd_locked"])
@pytest.mark.parametrize("life", ["held", "forked"])
def test_kernel_reads_from_ordinary_pages_what_was_written(backing: str, life: str, tmp_path: Path) -> None:
    assert look(tmp_path, "--backing", backing, "--life", life) == dict.fromkeys(ORDINARY, EACH)


def test_more_pages_than_are_read_at_once_are_all_told_of(tmp_path: Path) -> None:
    assert look(tmp_path, "--backing", "memfd", pages=1025)["word_read"] == Counter({1: 1025})


def test_metrics_are_those_of_the_workload() -> None:
    assert {metric.name for metric in WORKLOAD.metrics} == {*SECRET, *ORDINARY}


@pytest.mark.parametrize("words", [("--backing", "thp"), ("--backing", "nonsense"), ("--life", "undead")])
def test_wrong_options_are_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    outcome = run_program("removal", words, tmp_path / "raw", 60.0)
    assert isinstance(outcome, Failed) and outcome.step == "options"
