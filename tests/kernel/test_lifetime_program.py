"""lifetime on the running kernel: who keeps a few pages, and that they go back, in every way."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.kernel.test_removal_program import counted
from workloads.lifetime import HANDED_ON, LIVES, WORKLOAD
from workloads.program import PROGRAMS, Failed, Refused, Success, run_program

PAGES, REPEATS = 50, 2
EACH, ONCE = Counter({1: PAGES * REPEATS}), Counter({1: REPEATS})
OF_SECRET = {"out_while_kept", "readable_after", "entries_back", "back_apart"}
NEEDS = ("memfd_secret", "bpf-built", "bpf-load", "pagemap", "iomem", "kpageflags")


def live(folder: Path, *words: str) -> dict[str, Counter[int]]:
    """Run the program and return how often each value was read, by metric; skips where the machine has no way."""
    if not (PROGRAMS / "lifetime").exists():
        pytest.skip("the C programs are not built")
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one CPU only: nobody could look meanwhile")
    size = ("--pages", str(PAGES), "--repeats", str(REPEATS))
    outcome = run_program("lifetime", (*size, *words), folder / "raw", 60.0)
    if isinstance(outcome, Refused) and outcome.step in NEEDS:
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    assert isinstance(outcome, Success), outcome
    return counted(outcome)


@pytest.mark.parametrize("life", LIVES)
def test_secret_pages_stay_out_while_somebody_keeps_them_and_go_back_afterwards(life: str, tmp_path: Path) -> None:
    found = live(tmp_path, "--life", life)
    pages = ("out_while_kept", "word_while_kept", "readable_after", "free_after")
    assert {name: found[name] for name in pages} == dict.fromkeys(pages, EACH)
    assert min(found["entries_back"]) > 0 and min(found["pages_free"]) > 0


@pytest.mark.parametrize("life", LIVES)
def test_ordinary_pages_are_kept_and_freed_as_well(life: str, tmp_path: Path) -> None:
    found = live(tmp_path, "--life", life, "--backing", "memfd_locked")
    assert not OF_SECRET & found.keys()
    assert found["word_while_kept"] == found["free_after"] == EACH


@pytest.mark.parametrize("life", LIVES)
def test_memory_counts_for_who_mapped_it_and_for_nobody_it_was_handed_on_to(life: str, tmp_path: Path) -> None:
    found = live(tmp_path, "--life", life, "--backing", "memfd_locked")
    assert found["counted_while_held"] == ONCE
    assert found["counted_while_kept"] == (Counter({0: REPEATS}) if life in HANDED_ON else ONCE)


@pytest.mark.parametrize(("life", "is_open"), [("executed", 0), ("executed_open", 1)])
def test_descriptor_is_closed_by_an_execve_with_the_flag_alone(life: str, is_open: int, tmp_path: Path) -> None:
    assert live(tmp_path, "--life", life)["open_after_execve"] == Counter({is_open: REPEATS})


def test_metrics_are_those_of_the_workload(tmp_path: Path) -> None:
    assert {metric.name for metric in WORKLOAD.metrics} == live(tmp_path, "--life", "executed").keys()


@pytest.mark.parametrize("life", LIVES)
def test_no_process_is_left(life: str, tmp_path: Path) -> None:
    """A child that outlives its parent on purpose is the one that could stay."""
    live(tmp_path, "--life", life)
    assert [name for name in running() if name == "lifetime"] == []


def running() -> list[str]:
    """Return the names of the programs of all processes that this one may see."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append((folder / "exe").readlink().name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("words", [("--backing", "anonymous"), ("--backing", "thp"), ("--life", "immortal")])
def test_wrong_options_are_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    outcome = run_program("lifetime", words, tmp_path / "raw", 60.0)
    assert isinstance(outcome, Failed) and outcome.step == "options"
