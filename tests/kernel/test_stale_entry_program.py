"""stale_entry on the running kernel: what it reads of pages that became secret, and of them alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.kernel.test_removal_program import NEEDS, counted
from workloads.program import PROGRAMS, Failed, Refused, run_program
from workloads.stale_entry import WORKLOAD

PAGES, ROUNDS = 32, 8


def look(folder: Path, *words: str) -> dict[str, Counter[int]]:
    """Run the program and return how often each value was read, by metric; skips where the machine has no way."""
    if not (PROGRAMS / "stale_entry").exists():
        pytest.skip("the C programs are not built")
    outcome = run_program("stale_entry", ("--rounds", str(ROUNDS), *words), folder / "raw", 60.0)
    if isinstance(outcome, Refused) and outcome.step in NEEDS:
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    return counted(outcome)


@pytest.mark.parametrize("words", [("--keeper", "own"), ("--keeper", "other", "--between", "flush")])
def test_what_was_flushed_or_made_secret_in_the_reader_s_own_address_space_is_refused(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    found = look(tmp_path, *words)
    assert found["readable_free"] == Counter({1: PAGES * ROUNDS})
    assert set(found["refused_seen"]) == {1} and found["refused_seen"][1] > PAGES * ROUNDS / 2
    assert set(found.get("refused_unseen", Counter({1: 1}))) == {1}
    assert "secret_read" not in found


def test_whatever_is_not_refused_is_the_secret_itself(tmp_path: Path) -> None:
    """Whether there is any such page is the kernel's affair; without PCIDs there is none."""
    found = look(tmp_path, "--keeper", "other")
    assert found["refused_seen"].total() + found.get("refused_unseen", Counter()).total() == PAGES * ROUNDS
    read = found["refused_seen"][0] + found.get("refused_unseen", Counter())[0]
    assert found.get("secret_read", Counter()) == Counter({1: read} if read else {})
    if " pcid " not in Path("/proc/cpuinfo").read_text():
        assert read == 0


def test_metrics_are_those_of_the_workload(tmp_path: Path) -> None:
    assert look(tmp_path).keys() <= {metric.name for metric in WORKLOAD.metrics}


@pytest.mark.parametrize("words", [("--keeper", "nobody"), ("--between", "tea"), ("--pages", "33")])
def test_wrong_options_are_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    outcome = run_program("stale_entry", words, tmp_path / "raw", 60.0)
    assert isinstance(outcome, Failed) and outcome.step == "options"
