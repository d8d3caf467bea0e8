"""known_delay: first touches that a known part makes slower, among others: what goes in is known, and has to return."""

from __future__ import annotations

from workloads.memory import Backing
from workloads.spec import Condition, Factor, Footprint, Metric, Workload

BACKINGS = tuple(backing.value for backing in Backing if backing.page_bytes == 4096)
PAGE_BYTES = 4096
READING_BYTES = 8
KINDS = 2
"""Of batches: those that are made longer, and those that are not."""
SERIES = 3
TOUCH_SECONDS = {Backing.SECRET.value: 1.5e-5}
"""Of a page, with what it takes to give it back; other memory is faster."""


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the pages of a round once, for each round gives them back before the next."""
    batch, batches, rounds = (int(WORKLOAD.value(condition, name)) for name in ("batch", "batches", "rounds"))
    backing = str(WORKLOAD.value(condition, "backing"))
    pages = KINDS * batch * batches
    return Footprint(
        memory_bytes=pages * PAGE_BYTES + SERIES * rounds * batches * READING_BYTES,
        secret_bytes=pages * PAGE_BYTES if backing == Backing.SECRET.value else 0,
        seconds=rounds * pages * TOUCH_SECONDS.get(backing, 3e-6),
    )


WORKLOAD = Workload(
    name="known_delay",
    title="First touches with a known delay",
    metrics=(
        Metric("touches", "ns", "the first touches of a batch of pages, with the delay behind them"),
        Metric("delay", "ns", "of these, what was waited"),
        Metric("plain", "ns", "the first touches of a batch between those, without a delay"),
    ),
    factors=(
        Factor("backing", "kind of memory, in 4 KB pages", "anonymous_locked", BACKINGS),
        Factor("batch", "pages that are touched for one reading", 32),
        Factor("batches", "batches of either kind in a round: with the delay, and plain", 16),
        Factor("rounds", "how often all pages are mapped, touched and given back", 4),
        Factor("delay_per_mille", "thousandths by which each reading with the delay is made longer", 0),
        Factor("copy", "tells conditions apart that are alike", 1, applied_by="name"),
    ),
    footprint=footprint,
)
