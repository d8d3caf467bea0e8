"""What a window of neighbours takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workloads.neighbour_throughput import AGGRESSORS, SECRET, WORKLOAD
from workloads.spec import Condition

COUNT = st.integers(1, 64)


@given(st.sampled_from(AGGRESSORS), COUNT, COUNT)
def test_each_aggressor_that_has_secret_memory_has_a_chunk_of_it(aggressor: str, count: int, chunk: int) -> None:
    taken = WORKLOAD.footprint(Condition.of("neighbour_throughput", aggressor=aggressor, aggressors=count, chunk=chunk))
    assert taken.secret_bytes == (count * chunk * 4096 if aggressor in SECRET else 0)


@given(COUNT, COUNT)
def test_more_victims_take_more(count: int, more: int) -> None:
    few, many = (
        WORKLOAD.footprint(Condition.of("neighbour_throughput", victims=number)) for number in (count, count + more)
    )
    assert few.memory_bytes < many.memory_bytes
