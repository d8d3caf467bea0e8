"""What a run of known_delay takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workloads.known_delay import BACKINGS, WORKLOAD
from workloads.memory import Backing
from workloads.spec import Condition

COUNTS = st.integers(1, 1 << 12)


@given(st.sampled_from(BACKINGS), COUNTS, COUNTS)
def test_run_takes_all_pages_of_all_batches(backing: str, batch: int, batches: int) -> None:
    taken = WORKLOAD.footprint(Condition.of("known_delay", backing=backing, batch=batch, batches=batches))
    assert taken.memory_bytes > batch * batches * 4096
    assert taken.secret_bytes == (batch * batches * 4096 if backing == "secret" else 0)
    assert taken.fresh_secret_bytes == 0


def test_backings_are_those_of_small_pages() -> None:
    assert set(BACKINGS) == {backing.value for backing in Backing if backing.page_bytes == 4096}
