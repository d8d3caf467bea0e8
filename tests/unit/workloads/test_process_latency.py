"""What a run of process_latency takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workloads.memory import Backing
from workloads.process_latency import BACKINGS, WORKLOAD
from workloads.spec import Condition, Footprint

PAGES = st.integers(1, 1 << 24)


def footprint(backing: str, pages: int) -> Footprint:
    return WORKLOAD.footprint(Condition.of("process_latency", backing=backing, pages=pages))


@given(st.sampled_from(BACKINGS), PAGES, PAGES)
def test_more_pages_take_more(backing: str, pages: int, more: int) -> None:
    less, greater = footprint(backing, pages), footprint(backing, pages + more)
    assert less.memory_bytes < greater.memory_bytes
    assert less.secret_bytes <= greater.secret_bytes


@given(PAGES)
def test_secret_memory_is_shared_with_a_child_and_not_copied(pages: int) -> None:
    assert footprint("secret", pages) == Footprint(pages * 4096, pages * 4096)


@given(PAGES)
def test_private_memory_may_be_there_twice(pages: int) -> None:
    assert footprint("anonymous", pages) == Footprint(2 * pages * 4096)


def test_backings_are_those_of_small_pages_and_none() -> None:
    assert set(BACKINGS) - {"none"} == {backing.value for backing in Backing if backing.page_bytes == 4096}
