"""The part of the pools: the check is always told, the pools only where it passed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from analysis.fear.column import columns
from analysis.pool import pools as pool
from analysis.pool.pools import Pools
from analysis.report import pools
from analysis.report.block import Picture, Text
from analysis.report.study import Study, study
from tests.unit.analysis.plots.made import fragmentation_result, page_cost_result
from tests.unit.analysis.pool.made import courses


@pytest.fixture
def counted(tmp_path: Path) -> Study:
    return study(fragmentation_result(tmp_path, blocks=2))


def held(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the runs be some of which the model is right, or wrong by a factor."""
    monkeypatch.setattr(pool, "courses", lambda result: courses(1, times=times))


def test_where_the_model_holds_the_pools_have_their_figure(counted: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    held(monkeypatch, 1)
    (part,) = pools.parts(columns([counted]))
    (figure,) = [block.figure for block in part.blocks if isinstance(block, Picture)]
    assert {row[2] for row in figure.rows} >= {"as merged", "chunks of 2 MB (v8-v16)", "reserved at boot (v2-v4)"}
    assert {len(row) for row in figure.rows} == {len(figure.header)}
    assert any("refuse 1,024 of 2,048 pages" in line for line in pools.lines(columns([counted])))


def test_where_it_fails_nothing_is_said_of_them(counted: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    held(monkeypatch, 3)
    (part,) = pools.parts(columns([counted]))
    assert Text(pools.REFUSED, "warning") in part.blocks
    assert not any(isinstance(block, Picture) for block in part.blocks)
    told = list(pools.lines(columns([counted])))
    assert f"  {pools.REFUSED}" in told and not any("Chunks" in line for line in told)


def test_without_counted_splits_there_is_no_part(tmp_path: Path) -> None:
    assert pools.parts(columns([study(page_cost_result(tmp_path))])) == ()


def test_same_data_give_the_same_picture(counted: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    held(monkeypatch, 1)
    first, again = (pools.parts(columns([counted])) for _ in range(2))
    assert first == again


def test_pools_without_bills_are_still_checked(counted: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    held(monkeypatch, 3)
    found = pool.pools([counted])
    assert isinstance(found, Pools) and found.trials and found.bills == ()
    assert dataclasses.is_dataclass(found)
