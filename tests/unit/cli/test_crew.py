"""The crew: everything is worked on once, and comes back in its order."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.error import LabError
from cli.crew import each


def name(result: Path) -> str:
    return f"{result.name} in {os.getpid()}"


def die(result: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_over_the_third(result: Path) -> str:
    if result.name == "2":
        os.kill(os.getpid(), signal.SIGSEGV)
    return result.name


def swell_over_the_third(result: Path) -> str:
    if result.name == "2":
        bytearray(1 << 50)
    return result.name


def lost(result: Path) -> str:
    return f"lost {result.name}"


def fail(result: Path) -> None:
    raise LabError("result-damaged", str(result))


def results(folder: Path) -> list[Path]:
    """Return results of different weight."""
    made = [folder / str(n) for n in range(5)]
    for n, path in enumerate(made):
        path.mkdir(parents=True)
        (path / "runs.jsonl").write_text("x" * (n * 7 % 5))
    return made


def test_what_is_made_comes_back_in_the_order_of_the_results(tmp_path: Path) -> None:
    said = [text.split(" in ") for text in each(name, results(tmp_path))]
    assert [result for result, _ in said] == ["0", "1", "2", "3", "4"]
    assert str(os.getpid()) not in {process for _, process in said}


def test_an_error_of_the_work_comes_through(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="result-damaged"):
        each(fail, results(tmp_path))


def test_a_process_that_is_killed_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="process-killed"):
        each(die, results(tmp_path))


@pytest.mark.parametrize("work", [die_over_the_third, swell_over_the_third])
def test_result_over_which_a_process_ends_is_found_and_the_others_are_made(
    tmp_path: Path, work: Callable[[Path], str]
) -> None:
    assert each(work, results(tmp_path), lost) == ["0", "1", "lost 2", "3", "4"]
    with pytest.raises(LabError, match=r"the process that read .*/2 was killed.*process-killed"):
        each(work, results(tmp_path / "again"))


def test_of_nothing_nothing_is_made() -> None:
    assert each(name, []) == []
