"""Savings: no word on the pools where the check failed, and prices that are shares of memory times measured ratios."""

from __future__ import annotations

import math

import pytest

from analysis.compare import Ratio
from analysis.pool.check import Trial, trials
from analysis.pool.pattern import patterns
from analysis.pool.saving import Bill, Machine, Range, bills, slower, traces
from tests.unit.analysis.pool.made import courses

GIB = 1 << 30
SMALL, MIDDLE = Ratio(1.5, 1.4, 1.6, 10), Ratio(1.1, 1.0, 1.2, 10)
NOTHING = Range(0, 0, 0)
COURSES = courses(1)


def passed() -> dict[tuple[str, str], Trial]:
    return {key: trial for key, trial in trials(COURSES).items() if trial.is_passed}


def billed(name: str, known: dict[tuple[str, str], Trial]) -> dict[str, Bill]:
    trace = next(each for each in patterns() if each.name == name)
    return {bill.way: bill for bill in bills(trace, Machine(16 * GIB, SMALL, MIDDLE), COURSES, known)}


def test_all_ways_are_billed_where_the_model_holds() -> None:
    assert set(billed("request", passed())) == {"merged", "merged_whole", "chunks", "reserved"}


def test_nothing_is_said_of_the_pools_where_splits_are_not_foretold() -> None:
    without = {key: trial for key, trial in passed().items() if key[1] != "splits"}
    assert without and billed("request", without) == {}


def test_what_was_never_split_is_told_only_where_blocks_are_foretold() -> None:
    without = {key: trial for key, trial in passed().items() if key[1] != "blocks"}
    assert "merged_whole" not in billed("request", without)


def test_lost_blocks_are_told_by_both_ends_where_tables_were_not_checked() -> None:
    without = {key: trial for key, trial in passed().items() if key[1] != "table_blocks"}
    lost = billed("arena", without)["merged"].lost_blocks
    assert math.isnan(lost.value) and lost.high == billed("arena", without)["merged"].splits_2m.high
    assert not math.isnan(billed("arena", passed())["merged"].lost_blocks.value)


def test_recorded_traces_come_once_each_before_the_made_up_ones() -> None:
    assert [trace.name for trace in traces(COURSES)] == [
        "one_size-1024", "mixed-1024", "processes-1024", "few", "arena", "request",
    ]  # fmt: skip


def test_price_is_the_share_of_memory_times_what_a_read_takes_longer() -> None:
    bill = Bill("merged", Range(512, 256, 1024), NOTHING, NOTHING)  # 1 GB of 16, half of it, twice of it
    found = slower(bill, Machine(16 * GIB, SMALL, MIDDLE))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.5 / 16, 0.4 / 32, 0.6 / 8))


def test_giants_that_are_split_cost_what_2_mb_costs_against_1_gb() -> None:
    bill = Bill("chunks", NOTHING, Range(math.nan, 1, 2), NOTHING)
    found = slower(bill, Machine(16 * GIB, SMALL, MIDDLE))
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0, 0.2 * 2 / 16))


def test_price_that_rests_on_nothing_measured_is_none() -> None:
    giants = Bill("chunks", NOTHING, Range(1, 1, 1), NOTHING)
    assert slower(giants, Machine(16 * GIB, SMALL)) is None
    assert slower(giants, Machine(16 * GIB)) is None


def test_giants_that_are_split_are_told_by_both_ends_and_no_more_than_there_are() -> None:
    assert billed("request", passed())["merged"].splits_1g == NOTHING, "no piece lay in 1 GB before"
    whole = billed("request", passed())["merged_whole"].splits_1g
    assert math.isnan(whole.value) and whole.low == 1 and 1 <= whole.high <= 16
