"""Holdings: what is said of where held memory lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.held import Holding, holding, holdings
from bench.experiments.memory_neighbours import design
from bench.experiments.page_cost import design as page_cost
from bench.experiments.wish import Wish
from tests.unit.analysis.plots.made import result


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Holding, ...]:
    return holdings(result(tmp_path_factory.mktemp("held"), design(Wish()), blocks=3))


def test_each_kind_of_memory_has_a_holding_in_each_setting(found: tuple[Holding, ...]) -> None:
    assert {each.setting for each in found} == {("thp", 1, "churned"), ("page_cache", 1, "inside")}
    assert [each.holder for each in found[:4]] == ["none", "anonymous", "memfd_locked", "secret"]
    assert {each.runs for each in found} == {3}


def test_spread_is_against_the_blocks_that_it_fills(found: tuple[Holding, ...]) -> None:
    assert {each.holder: each.spread for each in found} == {
        "none": None, "anonymous": 1.0, "memfd_locked": 1.0, "secret": 10.0
    }  # fmt: skip


def test_what_no_run_told_is_not_nought(found: tuple[Holding, ...]) -> None:
    assert found[0].counts["compact_stall"] == 30.0
    assert found[0].counts["compact_fail"] is None
    assert holding(found[0].condition, []).blocks is None


def test_another_workload_holds_nothing(tmp_path: Path) -> None:
    assert holdings(result(tmp_path, page_cost(Wish(pages=64)), blocks=1)) == ()
