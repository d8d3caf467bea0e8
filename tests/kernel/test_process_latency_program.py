"""process_latency on the real kernel: what is read at each event, and what becomes of the descriptor."""

from __future__ import annotations

from pathlib import Path

import pytest

from workloads.process_latency import BACKINGS
from workloads.program import PROGRAMS, Outcome, Refused, Success, run_program

FILES = ("memfd", "memfd_locked", "secret")


def run(folder: Path, *words: str) -> Outcome:
    """Run the program."""
    if not (PROGRAMS / "process_latency").exists():
        pytest.skip("the C programs are not built")
    return run_program("process_latency", words, folder / "raw", 60.0)


def fork_or_exec(folder: Path, event: str, backing: str, *words: str) -> Success:
    """Run the program with a few pages mapped; a machine without secret memory skips."""
    outcome = run(folder, "--event", event, "--backing", backing, "--pages", "64", "--repeats", "5", *words)
    if isinstance(outcome, Refused) and outcome.step == "memfd_secret":
        pytest.skip(f"no secret memory here: {outcome.errno_name}")
    assert isinstance(outcome, Success), outcome
    return outcome


def counts(done: Success) -> dict[str, int]:
    """Return how many readings there are of each metric."""
    assert done.samples is not None
    return {series.metric: series.count for series in done.samples.series}


@pytest.mark.parametrize("backing", [name for name in BACKINGS if name != "none"])
def test_fork_reads_the_call_the_child_s_touch_and_its_end(backing: str, tmp_path: Path) -> None:
    assert counts(fork_or_exec(tmp_path, "fork", backing)) == {"fork": 5, "child_touch": 5, "child_exit": 5}


def test_fork_with_nothing_mapped_has_nothing_to_touch(tmp_path: Path) -> None:
    assert counts(fork_or_exec(tmp_path, "fork", "none")) == {"fork": 5, "child_exit": 5}


@pytest.mark.parametrize("backing", BACKINGS)
def test_execve_is_read_once_a_repeat(backing: str, tmp_path: Path) -> None:
    done = fork_or_exec(tmp_path, "execve", backing)
    assert counts(done) == {"execve": 5}
    readings = memoryview((tmp_path / "raw").read_bytes()).cast("Q")
    assert min(readings) > 0 and sum(readings) < done.report["life_ns"]


@pytest.mark.parametrize("backing", FILES)
@pytest.mark.parametrize(("cloexec", "state"), [("yes", "closed"), ("no", "open")])
def test_descriptor_comes_along_unless_it_is_closed_on_exec(
    backing: str, cloexec: str, state: str, tmp_path: Path
) -> None:
    settings = fork_or_exec(tmp_path, "execve", backing, "--cloexec", cloexec).report["settings"]
    assert settings["descriptor_after_exec"] == state


def test_memory_without_a_file_leaves_no_descriptor(tmp_path: Path) -> None:
    settings = fork_or_exec(tmp_path, "execve", "anonymous", "--cloexec", "no").report["settings"]
    assert settings["descriptor_after_exec"] == "closed"


def test_huge_pages_are_no_backing_here(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--backing", "thp")
    assert getattr(outcome, "step", None) == "options"
