"""Neighbours in words: what is lost, what a page costs, and how often it interrupts."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.report.neighbour import answers, lines
from analysis.report.study import Study, study
from tests.unit.analysis.neighbour.made import Truth, experiment, result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("neighbours")
    return study(result(folder, experiment(("compute", "timer")), Truth(noise=0.0005, operations=5e6)))


def test_the_answer_names_the_loss_the_cost_of_a_page_and_its_interrupt(made: Study) -> None:
    loss, cost, flush = answers(made)
    assert "what gets done on another CPU changes by -" in loss and "pages a second) for computing, against" in loss
    assert "19,9" in loss
    assert cost.startswith("One secret page takes 5.0") and "us of CPU time" in cost
    assert "1.00 times" in flush


def test_the_lines_tell_what_every_victim_loses_and_how_late_the_timer_wakes(made: Study) -> None:
    told = list(lines(made))
    assert sum("secret, 8k/s" in line for line in told) == 1  # the timer's delay
    assert any(line.startswith("  computing") and "-10.0 %*" in line for line in told)
    assert any(line.startswith("CPU time that one secret page takes away") for line in told)
    assert all(len(line) <= 102 for line in told)


def test_there_is_nothing_to_say_without_neighbours(tmp_path: Path) -> None:
    alone = study(result(tmp_path, experiment(("compute",), blocks=1), Truth()))
    assert "no bounds" in " ".join(lines(alone))
