"""Whole paths through the kernel: what is compared with what, and what is taken off."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.cells import cells
from analysis.paths import NAMES, paths
from analysis.report.answer import answer
from analysis.report.study import study
from bench.experiments.kernel_paths import TOLD, design
from bench.experiments.wish import Wish
from tests.unit.analysis.plots.made import result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("paths")


def test_every_path_that_is_claimed_about_has_a_name() -> None:
    assert NAMES.keys() == TOLD.keys()


def test_a_path_is_held_against_the_largest_entries_and_the_control_is_taken_off(folder: Path) -> None:
    found = {each.name: each for each in paths(cells(result(folder / "one", design(Wish("full")), blocks=40)))}
    assert {each.base for each in found.values()} == {"1g"}
    # 1.3 us against 1.0, of which the process itself sees 0.3 for its own reads of the same pages.
    assert found["readv"].ratios["4k"].value == pytest.approx(1.0, abs=0.1)
    assert found["clear"].ratios["4k"].value == pytest.approx(1.3, abs=0.1)
    assert found["readv"].ratios["1g_other"].value == pytest.approx(1.0, abs=0.1)


def test_the_answer_names_the_slower_paths_and_the_rest(folder: Path) -> None:
    text = " ".join(answer([study(result(folder / "two", design(Wish("full")), blocks=6))]))
    assert "first touch of a page 1." in text
    assert "no difference to entries of 1 GB could be told" in text
    assert "Through entries of 2 MB as against 1 GB they take: process_vm_readv " in text
