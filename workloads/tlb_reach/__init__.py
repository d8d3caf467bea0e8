"""tlb_reach: a program's own read of its own memory, in 4 KB and in huge pages: the control of tlb_pressure."""

from __future__ import annotations

from workloads.memory import Backing
from workloads.spec import Condition, Factor, Footprint, Metric, Workload


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the huge pages, and as much in small ones as is read."""
    huge = Backing(str(WORKLOAD.value(condition, "backing")))
    huge_bytes = int(WORKLOAD.value(condition, "pages")) * huge.page_bytes
    return Footprint(huge_bytes + (int(WORKLOAD.value(condition, "footprint")) or huge_bytes))


WORKLOAD = Workload(
    name="tlb_reach",
    title="A program's own read of memory",
    metrics=(
        Metric("small_pages", "ps", "one read of memory in 4 KB pages"),
        Metric("huge_pages", "ps", "one read of memory in huge pages"),
    ),
    factors=(
        Factor("backing", "kind of huge memory", "thp", ("thp", "hugetlb_2m", "hugetlb_1g")),
        Factor("pages", "huge pages", 32),
        Factor("footprint", "bytes that are read of them; 0: all", 0),
        Factor("rounds", "how often each kind is read", 10),
    ),
    footprint=footprint,
)
