"""A series on disk: whole whenever the power fails, one open at a time, and nothing of the machine's owner in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.boot.happening import happened
from bench.boot.series import LOG, PLAN, Series, every, running
from bench.error import LabError
from tests.unit.bench.boot.paper import event, plan, sight


def test_a_plan_comes_back_as_it_was_written(tmp_path: Path) -> None:
    series = Series.create(tmp_path, plan())
    assert series.folder.name == "20260102T030405Z-tester-0123456789" and series.plan() == plan()
    with pytest.raises(LabError, match="result-exists"):
        Series.create(tmp_path, plan())


def test_a_line_that_was_being_written_is_none_and_the_next_begins_a_line(tmp_path: Path) -> None:
    series = Series.create(tmp_path, plan())
    first, second = event("asked", 0, "a"), event("booted", 0, "b")
    series.append(first)
    series.append(second)
    whole = (series.folder / LOG).read_bytes()
    for cut in range(len(whole)):
        (series.folder / LOG).write_bytes(whole[:cut])
        known = series.events()
        assert known == (first, second)[: whole[:cut].count(b"\n")]
        series.append(second)
        assert series.events() == (*known, second)


def test_one_that_has_not_ended_is_the_running_one(tmp_path: Path) -> None:
    assert running(tmp_path / "nothing") is None
    series = Series.create(tmp_path, plan())
    assert running(tmp_path) == series and every(tmp_path) == [series]
    series.append(event("ended", 0, "a"))
    assert running(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", '{"format": 2}', "[]"])
def test_a_plan_that_is_none_is_said(tmp_path: Path, text: str) -> None:
    series = Series.create(tmp_path, plan())
    (series.folder / PLAN).write_text(text)
    with pytest.raises(LabError, match="result-unreadable"):
        series.plan()


def test_of_a_command_line_is_kept_what_may_be_published(tmp_path: Path) -> None:
    assert event("asked", 0, "a").command_line == ()
    assert sight("a", "2m").command_line[-1] == "nogbpages"
    assert happened("booted", 0, sight("a", "2m")).command_line == ("nogbpages",)


def test_the_map_stands_where_it_was_looked_at_and_nowhere_else() -> None:
    told = {what: bool(happened(what, 0, sight("a")).map_bytes) for what in ("asked", "booted", "measured", "ended")}
    assert told == {"asked": False, "booted": True, "measured": True, "ended": False}
