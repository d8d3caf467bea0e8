"""Stays: what became of an area, gathered by who kept it and what ended it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.cells import cells
from analysis.stay import ORDINARY, SECRET, Stay, later, partner, stays, usual_pages
from bench.experiments.lifetime import USUAL
from bench.experiments.lifetime import design as lifetime
from bench.experiments.wish import Wish
from tests.unit.analysis.plots.made import refused, removal_result, result
from workloads.lifetime import LIVES


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stay, ...]:
    made = result(tmp_path_factory.mktemp("results"), lifetime(Wish(cpus=2)), blocks=3)
    return stays(made, cells(made))


def one(found: tuple[Stay, ...], life: str, backing: str = SECRET, pages: int = USUAL) -> Stay:
    (stay,) = [each for each in found if (each.life, each.backing, each.pages) == (life, backing, pages)]
    return stay


def test_every_life_is_there_in_its_order(found: tuple[Stay, ...]) -> None:
    assert tuple(dict.fromkeys(each.life for each in found)) == LIVES
    assert usual_pages(found) == USUAL


def test_readings_are_counted_over_all_runs(found: tuple[Stay, ...]) -> None:
    readings = 3 * 4 * USUAL
    assert one(found, "closed").counts["out_while_kept"] == (readings, readings)
    assert one(found, "closed").counts["counted_while_kept"] == (0, 12)


def test_what_is_not_read_of_ordinary_memory_is_absent(found: tuple[Stay, ...]) -> None:
    ordinary = one(found, "closed", ORDINARY)
    assert "out_while_kept" not in ordinary.counts and "entries_back" not in ordinary.times


def test_secret_memory_is_compared_with_ordinary_memory_that_lived_the_same(found: tuple[Stay, ...]) -> None:
    secret = one(found, "killed", pages=2048)
    assert partner(found, secret) == one(found, "killed", ORDINARY, 2048)
    ratio = later(found, secret)
    assert ratio is not None and 2 < ratio.value < 3


def test_without_a_partner_there_is_no_ratio(found: tuple[Stay, ...]) -> None:
    alone = one(found, "passed")
    assert later([alone], alone) is None


def test_nothing_is_gathered_of_other_workloads_or_of_refused_runs(tmp_path: Path) -> None:
    other = removal_result(tmp_path / "other", blocks=1)
    none = result(tmp_path / "none", lifetime(Wish(cpus=2)), blocks=1, answer=refused)
    assert stays(other, cells(other)) == stays(none, cells(none)) == ()
