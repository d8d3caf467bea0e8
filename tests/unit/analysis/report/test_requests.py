"""The table of requests: every way has a name of its own, and is held against locked ordinary pages."""

from __future__ import annotations

from pathlib import Path

from analysis.report.study import study
from analysis.report.table import sections
from bench.experiments.pools import design
from bench.experiments.wish import Wish
from tests.unit.analysis.plots.made import result


def test_every_way_has_a_name_of_its_own_and_one_its_ordinary_counterpart(tmp_path: Path) -> None:
    requests, opening = sections(study(result(tmp_path, design(Wish("full")))))
    assert len({row.name for row in requests.rows}) == len(requests.rows) == 10
    assert {row.name for row in requests.rows if row.ratio} == {
        "secret, a file each, 64 held", "secret, a file each, 512 held",
    }  # fmt: skip
    assert [row.name for row in opening.rows] == [row.name for row in requests.rows]


def test_claims_of_an_arena_are_judged_by_time_and_by_blocks(tmp_path: Path) -> None:
    verdicts = {each.claim.name: each.outcome for each in study(result(tmp_path, design(Wish()))).verdicts}
    assert verdicts == {
        "arena-time": "supported",
        "secret-time": "supported",
        "arena-blocks": "refuted",
        "arena-frames": "refuted",
    }
