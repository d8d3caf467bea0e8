"""What a run of fragmentation takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workloads.fragmentation import STEERED, USES, WORKLOAD
from workloads.spec import Condition, Footprint

PAGES = st.integers(1, 2048)


def footprint(use: str, pages: int, ground: str = "as_found") -> Footprint:
    return WORKLOAD.footprint(Condition.of("fragmentation", use=use, pages=pages, ground=ground))


@given(st.sampled_from(USES), PAGES)
def test_secret_memory_is_what_is_held_at_a_time(use: str, pages: int) -> None:
    assert footprint(use, pages).secret_bytes == (1 if use == "steered_one" else pages) * 4096


@given(st.sampled_from(USES), PAGES)
def test_using_memory_up_takes_more_of_it(use: str, pages: int) -> None:
    found, used_up = footprint(use, pages), footprint(use, pages, "used_up")
    assert used_up.memory_bytes >= found.memory_bytes
    assert (used_up.memory_bytes == found.memory_bytes) == (use in STEERED)


def test_budget_is_no_factor_of_a_condition() -> None:
    assert [f.name for f in WORKLOAD.factors if f.applied_by == "budget"] == ["split_budget"]


def test_readings_are_no_times() -> None:
    assert {metric.unit for metric in WORKLOAD.metrics} == {"1", "bytes"}
