"""What a run of alloc_latency takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.alloc_latency import BYTES_A_SECRET, SECRET_WAYS, WAYS, WORKLOAD
from workloads.spec import Condition, Footprint

COUNTS = st.integers(1, 1 << 20)
SIZES = st.integers(1, 1 << 10).map(lambda pages: pages * 4096)


def footprint(way: str, size: int, count: int) -> Footprint:
    return WORKLOAD.footprint(Condition.of("alloc_latency", way=way, size=size, count=count))


@given(st.sampled_from(WAYS), SIZES, COUNTS, COUNTS)
def test_more_secrets_take_more(way: str, size: int, count: int, more: int) -> None:
    less, greater = footprint(way, size, count), footprint(way, size, count + more)
    assert less.memory_bytes < greater.memory_bytes
    assert less.secret_bytes <= greater.secret_bytes


@given(st.sampled_from(WAYS), SIZES, SIZES, COUNTS)
def test_larger_secrets_take_more(way: str, size: int, more: int, count: int) -> None:
    assert footprint(way, size, count).memory_bytes < footprint(way, size + more, count).memory_bytes


@pytest.mark.parametrize("way", WAYS)
def test_all_secrets_are_held_at_once(way: str) -> None:
    took = footprint(way, 8192, 10)
    assert took.memory_bytes == 10 * (8192 + BYTES_A_SECRET)
    assert took.secret_bytes == (81920 if way in SECRET_WAYS else 0)


def test_the_program_s_arrays_fit_what_is_said_of_them() -> None:
    assert len(WORKLOAD.metrics) * 8 + 16 <= BYTES_A_SECRET
