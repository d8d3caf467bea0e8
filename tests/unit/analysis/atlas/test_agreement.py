"""Whether the atlas agrees with the kernel's own counters and with /proc/iomem."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from analysis.atlas.agreement import cover, growth, rise
from analysis.atlas.store import known
from analysis.load import Result
from analysis.report.cover import map_controls
from analysis.report.study import study
from tests.unit.analysis.atlas.made import counting, grown, result, scarred
from tests.unit.analysis.plots.made import page_cost_result
from tests.unit.workloads.mapped import atlas
from workloads.atlas import Atlas

COUNTS = (2, 5, 9, 9)
AGREEING = (0, 3, 3, 7, 7, 7)
"""Splits before and after each of three runs."""


def once(counts: tuple[int, ...]) -> tuple[Atlas, ...]:
    """Return a map for each count: the state after a run stands for that before the next while no split is counted."""
    return tuple(map(scarred, counts))


def found(of: Result) -> dict[str, str]:
    return {control.name: control.found for control in map_controls(study(of))}


def test_tables_that_grow_as_splits_are_counted_agree(tmp_path: Path) -> None:
    made = result(tmp_path, once(COUNTS), counting(AGREEING))
    pairs = [(each.level, each.tables, each.counted) for each in growth(made.runs, known(made))]
    assert pairs == [(2, 3, 3), (3, 0, 0), (2, 4, 4), (3, 0, 0), (2, 0, 0), (3, 0, 0)]
    told = found(made)
    assert told["Page tables of 4 KB pages, against splits of 2 MB"] == (
        "7 tables more over 3 runs; as many as were counted, run by run"
    )
    assert not any("DISAGREES" in text for text in told.values())


def test_a_run_whose_tables_grew_otherwise_is_named(tmp_path: Path) -> None:
    told = found(result(tmp_path, once(COUNTS), counting((0, 3, 3, 6, 6, 6))))
    assert "DISAGREES in 1, at most in run 1: 4 made, 3 counted" in " ".join(told.values())


def test_where_splits_are_not_counted_nothing_is_said_of_them(tmp_path: Path) -> None:
    assert list(found(result(tmp_path, grown(COUNTS)))) == ["The map, against /proc/iomem"]


def test_a_result_without_atlases_has_no_controls_of_them(tmp_path: Path) -> None:
    assert map_controls(study(page_cost_result(tmp_path, blocks=1))) == ()


def test_collapses_are_taken_off_and_may_be_uncounted() -> None:
    before = {"direct_map_level2_splits": 1, "direct_map_level2_collapses": 1}
    after = {"direct_map_level2_splits": 9, "direct_map_level2_collapses": 3}
    assert rise(before, after, 2) == 6
    assert rise({"direct_map_level2_splits": 1}, {"direct_map_level2_splits": 2}, 2) == 1
    assert rise(before, after, 3) is None
    assert rise(before, {"direct_map_level2_splits": None}, 2) is None


@pytest.mark.parametrize(
    ("facts", "agrees"),
    [
        ({}, (True, True, True)),
        ({"mapped_outside_bytes": 398336}, (True, True, True)),  # page 0 and 640 KB to 1 MB
        ({"mapped_outside_bytes": (1 << 20) + 4096}, (True, False, True)),
        ({"unmapped_ram_bytes": 4096}, (False, True, True)),
        ({"misplaced": 1}, (True, True, False)),
    ],
)
def test_the_map_covers_all_ram_and_only_the_legacy_hole_beside(
    facts: dict[str, int], agrees: tuple[bool, ...]
) -> None:
    told = cover(dataclasses.replace(atlas("1G").facts, **facts))
    assert tuple(check.agrees for check in told) == agrees


def test_a_map_that_does_not_fit_is_said_in_the_report(tmp_path: Path) -> None:
    odd = atlas("1G", facts=dataclasses.replace(atlas("1G").facts, unmapped_ram_bytes=8192))
    (text,) = found(result(tmp_path, (odd, odd), blocks=1)).values()
    assert text == "DISAGREES: all RAM of /proc/iomem is mapped: 8 KB of RAM have no entry"
