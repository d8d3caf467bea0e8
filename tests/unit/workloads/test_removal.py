"""What a run of removal takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workloads.memory import Backing
from workloads.removal import LIVES, WORKLOAD
from workloads.spec import Condition

PAGES = st.integers(1, 1 << 24)
SMALL = [backing.value for backing in Backing if backing.page_bytes == 4096]


@given(st.sampled_from(LIVES), PAGES)
def test_secret_pages_are_there_once_whoever_has_them(life: str, pages: int) -> None:
    assert WORKLOAD.footprint(Condition.of("removal", life=life, pages=pages)).secret_bytes == pages * 4096


@given(st.sampled_from(SMALL), PAGES, PAGES)
def test_more_pages_take_more(backing: str, pages: int, more: int) -> None:
    less, greater = (
        WORKLOAD.footprint(Condition.of("removal", backing=backing, pages=count)) for count in (pages, pages + more)
    )
    assert less.memory_bytes < greater.memory_bytes
    assert (less.secret_bytes > 0) == (backing == "secret")


def test_readings_are_no_times() -> None:
    assert {metric.unit for metric in WORKLOAD.metrics} == {"1"}
