"""Counterparts: what a condition is held against."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from analysis.cells import Cell
from analysis.plots.counterpart import counterpart
from bench.experiments.page_cost import touch
from bench.experiments.secret_life import life, process
from workloads.spec import Condition


def cell(condition: Condition, metric: str = "first_touch") -> Cell:
    return cast(Cell, SimpleNamespace(condition=condition, metric=metric))


def against(condition: Condition, *others: Condition, metric: str = "first_touch") -> Condition | None:
    found = counterpart([cell(other, metric) for other in others], cell(condition, metric))
    return found.condition if found else None


def test_counterpart_has_the_same_company() -> None:
    alone, crowd = touch("anonymous_locked", 64), touch("anonymous_locked", 64, threads=2)
    assert against(touch("secret", 64, threads=2), alone, crowd) == crowd


def test_no_other_company_stands_in() -> None:
    assert against(touch("secret", 64, threads=2), touch("anonymous_locked", 64)) is None


def test_more_pages_stand_in_where_none_has_as_many() -> None:
    assert against(touch("secret", 32, history="fresh"), touch("anonymous_locked", 64)) == touch("anonymous_locked", 64)


def test_ordinary_locked_memory_has_no_counterpart() -> None:
    assert against(touch("anonymous_locked", 64), touch("anonymous_locked", 64)) is None


def test_huge_page_is_not_held_against_a_small_one() -> None:
    assert against(touch("thp", 16), touch("anonymous_locked", 64)) is None


def test_secret_is_held_against_mlock_of_its_own_size() -> None:
    small, large = life("mmap_mlock", 4096, 64), life("mmap_mlock", 65536, 16)
    assert against(life("arena", 65536, 16), small, large, metric="ready") == large


def test_fork_is_held_against_a_fork_with_as_much_locked_memory() -> None:
    locked = process("fork", "anonymous_locked", 64)
    assert against(process("fork", "secret", 64), locked, metric="fork") == locked
    assert against(process("execve", "secret", 64), locked, metric="execve") is None
