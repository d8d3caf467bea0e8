"""hibernation: what is read of /sys/power, of the kernel's and of made-up ones; nothing is ever written there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.kernel.test_removal_program import counted
from workloads.hibernation import WORKLOAD
from workloads.program import PROGRAMS, Outcome, Refused, Success, run_program

OFFERED = ("[platform] shutdown reboot suspend", "freeze mem disk")
REPEATS = 4
NOT_OFFERED = [("[disabled]", "freeze mem"), ("[disabled]", "freeze mem disk"), ("[platform] shutdown", "freeze mem")]


def look(folder: Path, *words: str) -> Outcome:
    """Run the program; skips where there is no secret memory."""
    if not (PROGRAMS / "hibernation").exists():
        pytest.skip("the C programs are not built")
    outcome = run_program("hibernation", words, folder / "raw", 60.0)
    if isinstance(outcome, Refused) and outcome.step == "memfd_secret":
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    return outcome


def made(folder: Path, disk: str, state: str) -> Path:
    """Return a folder that says what /sys/power could say."""
    folder = folder / "power"
    folder.mkdir()
    (folder / "disk").write_text(disk + "\n")
    (folder / "state").write_text(state + "\n")
    return folder


@pytest.mark.optional("most virtual machines have a kernel without hibernation")
def test_kernel_does_not_offer_it_while_a_secret_area_is_active(tmp_path: Path) -> None:
    outcome = look(tmp_path)
    if isinstance(outcome, Refused):
        pytest.skip(outcome.message)
    found = counted(outcome)
    of_area = ("offered_with_descriptor", "offered_with_page", "offered_with_mapping")
    assert [found[name] for name in of_area] == [Counter({0: REPEATS})] * 3
    assert found["offered_before"] == found["offered_after"] == Counter({1: REPEATS})


def test_an_offer_is_read_as_one_and_the_files_are_left_as_they_were(tmp_path: Path) -> None:
    folder = made(tmp_path, *OFFERED)
    outcome = look(tmp_path, "--folder", str(folder))
    assert counted(outcome) == {metric.name: Counter({1: REPEATS}) for metric in WORKLOAD.metrics}
    assert isinstance(outcome, Success) and outcome.report["settings"]["disk_before"] == OFFERED[0]
    assert [(folder / name).read_text() for name in ("disk", "state")] == [f"{text}\n" for text in OFFERED]


@pytest.mark.parametrize(("disk", "state"), NOT_OFFERED)
def test_where_it_is_not_offered_to_begin_with_nothing_is_concluded(disk: str, state: str, tmp_path: Path) -> None:
    outcome = look(tmp_path, "--folder", str(made(tmp_path, disk, state)))
    assert isinstance(outcome, Refused) and (outcome.step, outcome.errno_name) == ("hibernation", "EOPNOTSUPP")


def test_kernel_without_hibernation_is_told_apart(tmp_path: Path) -> None:
    outcome = look(tmp_path, "--folder", str(tmp_path / "nothing"))
    assert isinstance(outcome, Refused) and outcome.errno_name == "ENOSYS"
