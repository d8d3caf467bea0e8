"""What a run of known_delay takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workloads.known_delay import BACKINGS, WORKLOAD
from workloads.memory import Backing
from workloads.spec import Condition

COUNTS = st.integers(1, 1 << 12)


@given(st.sampled_from(BACKINGS), COUNTS, COUNTS, COUNTS)
def test_run_takes_the_pages_of_one_round(backing: str, batch: int, batches: int, rounds: int) -> None:
    factors = {"backing": backing, "batch": batch, "batches": batches, "rounds": rounds}
    taken = WORKLOAD.footprint(Condition.of("known_delay", **factors))
    pages_bytes = 2 * batch * batches * 4096
    assert taken.memory_bytes == pages_bytes + 3 * 8 * batches * rounds
    assert taken.secret_bytes == (pages_bytes if backing == "secret" else 0)
    assert taken.fresh_secret_bytes == 0


def test_backings_are_those_of_small_pages() -> None:
    assert set(BACKINGS) == {backing.value for backing in Backing if backing.page_bytes == 4096}
