"""Questions to a neighbour: gathered by what is held, compared with locked memory of a file."""

from __future__ import annotations

import numpy as np

from analysis.beside import questions
from analysis.cells import Cell, make_cell
from workloads.spec import Condition


def cell(holder: str, metric: str, *values: float, share: int = 1) -> Cell:
    condition = Condition.of("memory_neighbour", holder=holder, share=share, placement="churned")
    runs = list(range(len(values)))
    return make_cell((condition, metric), runs, runs, [np.array([value]) for value in values])


def test_ratio_is_to_locked_memory_of_a_file() -> None:
    found = questions([cell("secret", "fill_2m", 300, 300), cell("memfd_locked", "fill_2m", 100, 100)])
    ratio = found[0].against("secret")
    assert len(found) == 1 and ratio is not None and round(ratio.value, 6) == 3
    assert found[0].against("memfd_locked") is None


def test_shares_and_metrics_are_questions_of_their_own() -> None:
    every = [cell("secret", "fill_2m", 1), cell("secret", "fill_2m", 1, share=10), cell("secret", "huge_pages", 1)]
    assert [(q.metric, q.share) for q in questions(every)] == [("huge_pages", 1), ("fill_2m", 1), ("fill_2m", 10)]


def test_nothing_to_compare_with_gives_no_ratio() -> None:
    assert questions([cell("secret", "fill_2m", 1)])[0].against("secret") is None


def test_metrics_that_are_not_told_are_left_out() -> None:
    assert questions([cell("secret", "compact_stall", 1)]) == ()
