"""known_delay: first touches that a known part makes slower: what goes in is known, and is to come out."""

from __future__ import annotations

from workloads.memory import Backing
from workloads.spec import Condition, Factor, Footprint, Metric, Workload

BACKINGS = tuple(backing.value for backing in Backing if backing.page_bytes == 4096)
READING_BYTES = 16


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: its pages once, for prepared memory is given back before they are mapped."""
    batches = int(WORKLOAD.value(condition, "batches"))
    region_bytes = batches * int(WORKLOAD.value(condition, "batch")) * 4096
    secret = WORKLOAD.value(condition, "backing") == Backing.SECRET.value
    return Footprint(region_bytes + batches * READING_BYTES, region_bytes if secret else 0)


WORKLOAD = Workload(
    name="known_delay",
    title="First touches with a known delay",
    metrics=(
        Metric("touches", "ns", "the first touches of a batch of pages, with the delay behind them"),
        Metric("delay", "ns", "of these, what was waited"),
    ),
    factors=(
        Factor("backing", "kind of memory, in 4 KB pages", "anonymous_locked", BACKINGS),
        Factor("batch", "pages that are touched for one reading", 32),
        Factor("batches", "readings", 32),
        Factor("delay_per_mille", "thousandths by which each reading is made longer", 0),
        Factor("copy", "tells conditions apart that are alike", 1, applied_by="name"),
    ),
    footprint=footprint,
)
