"""Times: what was measured comes back, a line lies between, nothing lies beyond, and blocks make the interval."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.advice.time import Cost, at, cost, lives
from analysis.advice.way import WAYS
from analysis.advice.wish import Wish
from analysis.cells import cells
from tests.unit.analysis.advice.lived import BLOCKS, known
from tests.unit.analysis.plots.made import secret_life_result
from workloads.spec import Condition


def asked(way: str, secrets: int, size: int) -> Cost:
    found = cost(known(), way, Wish(secrets=secrets, size_bytes=size))
    assert found is not None
    return found


def test_measured_size_costs_what_was_measured() -> None:
    found = asked("file_each", 10, 4096)
    assert found.each.value_ns == pytest.approx(6 * 1100)
    assert found.total.value_ns == pytest.approx(10 * 6 * 1100)
    assert found.basis == "measured"


def test_parts_add_up_to_the_whole() -> None:
    found = asked("file_each", 10, 4096)
    assert found.make_ns == pytest.approx(3 * 1100)
    assert found.touch_ns == pytest.approx(1100)
    assert found.free_ns == pytest.approx(2 * 1100)


def test_size_between_two_lies_on_the_line() -> None:
    found = asked("file_each", 1, 5 * 4096)
    assert found.each.value_ns == pytest.approx(6 * 1500)
    assert found.basis == "between sizes"


@pytest.mark.parametrize(("secrets", "pages"), [(1000, 8), (100_000, 782)])
def test_packed_arena_is_one_area_whose_pages_are_shared(secrets: int, pages: int) -> None:
    found = asked("arena", secrets, 32)
    assert found.total.value_ns == pytest.approx(6 * (1000 + 100 * pages))
    assert found.each.value_ns == pytest.approx(found.total.value_ns / secrets)


def test_guarded_arena_is_one_file_and_a_mapping_a_secret() -> None:
    found = asked("arena_guarded", 100, 4096)
    assert found.total.value_ns == pytest.approx(3 * (1000 + 100 * 100) + 100 * 3 * 1100)
    assert found.basis == "sum of parts"


def test_malloc_and_mlock_is_the_heap_s_calls_and_the_lock() -> None:
    assert asked("malloc_mlock", 1, 4096).each.value_ns == pytest.approx(4 * 1100)


@pytest.mark.parametrize("way", [way.name for way in WAYS])
def test_nothing_is_said_beyond_what_was_measured(way: str) -> None:
    assert cost(known(), way, Wish(secrets=1, size_bytes=1 << 30)) is None
    assert cost({}, way, Wish(secrets=1, size_bytes=32)) is None


def test_interval_is_over_blocks_and_there_is_none_over_one() -> None:
    wish = Wish(secrets=1, size_bytes=4096)
    wide, single = cost(known(spread=0.1), "file_each", wish), cost(one_block(), "file_each", wish)
    assert wide is not None
    assert single is not None
    assert wide.each.low_ns is not None
    assert wide.each.low_ns < wide.each.value_ns < (wide.each.high_ns or 0)
    assert wide.each.blocks == BLOCKS
    assert (single.each.low_ns, single.each.high_ns, single.each.blocks) == (None, None, 1)


def one_block():
    return {
        curve: {pages: {phase: {0: ns[0]} for phase, ns in phases.items()} for pages, phases in sizes.items()}
        for curve, sizes in known().items()
    }


def test_line_is_drawn_in_blocks_that_both_sizes_have() -> None:
    curve = {1: {"mmap": {0: 10.0, 1: 20.0}}, 3: {"mmap": {1: 40.0, 2: 50.0}}}
    assert at(curve, 2, ("mmap", "lock")) == {1: 30.0}
    assert at(curve, 4, ("mmap",)) is None


def test_sizes_that_no_process_can_have_and_words_for_numbers_are_passed_over(tmp_path: Path) -> None:
    found = cells(secret_life_result(tmp_path, blocks=2))
    for hostile in ({"size": 10**400}, {"count": "many"}, {"size": -4096}, {"count": 0}):
        changed = [replace(cell, condition=Condition.of("alloc_latency", **(dict(cell.condition.factors) | hostile)))
                   for cell in found if cell.condition.workload == "alloc_latency"]  # fmt: skip
        assert lives(changed) == {"area": {}}
