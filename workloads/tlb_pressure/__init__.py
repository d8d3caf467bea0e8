"""tlb_pressure: the kernel's own read of memory, by the size of the direct map's entry that it goes through."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

SETS = {
    "4k": "4 KB",
    "2m": "2 MB",
    "2m_other": "2 MB, other pages",
    "1g": "1 GB",
    "1g_other": "1 GB, other pages",
}
"""The sets of pages by name, with the size of the entry that the direct map has for them."""
PAGE_BYTES = 4096
SURPLUS_BYTES = 1 << 30
"""Pages of the other sizes come first and are held until there are enough of each (native/holding.h); most of them are
looked through and kept before an experiment's first run (bench/run/surplus.py). The reserve is left alone anyway."""
SEARCHED, MOST_SEARCHED_BYTES = 64, 20 << 30
"""About so many times the bytes of a set are looked through until there is enough of each size, and so many at most."""
SECONDS_PER_SEARCHED_GIB = 1.6


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: five sets, and what is held while they are gathered.

    Of secret memory it takes what limit and budget allow: one page has to be allowed.
    """
    each = set_bytes(condition)
    return Footprint(len(SETS) * each + SURPLUS_BYTES, secret_bytes=PAGE_BYTES, seconds=search_seconds(each))


def set_bytes(condition: Condition) -> int:
    """Return how many bytes of each set a run looks for."""
    return int(WORKLOAD.value(condition, "footprint"))


def search_seconds(set_bytes: int) -> float:
    """Return a guess of how long it takes to look for pages beyond the surplus, for sets of so many bytes."""
    searched_bytes = min(SEARCHED * set_bytes, MOST_SEARCHED_BYTES) - SURPLUS_BYTES
    return max(searched_bytes, 0) / (1 << 30) * SECONDS_PER_SEARCHED_GIB


def metrics() -> tuple[Metric, ...]:
    """Return one metric for each reader and set, and what a turn of the loop costs each reader."""
    readers = {"kernel": "the kernel through its direct map", "user": "this process through 4 KB entries of its own"}
    reads = (
        Metric(f"{reader}_{name}", "ps", f"one read by {who}, of pages that the direct map has in {size}")
        for name, size in SETS.items()
        for reader, who in readers.items()
    )
    loops = (Metric(f"{reader}_loop", "ps", f"one turn of the loop by {who}") for reader, who in readers.items())
    return (*reads, *loops)


WORKLOAD = Workload(
    name="tlb_pressure",
    title="The kernel's own read of memory",
    metrics=metrics(),
    factors=(
        Factor("footprint", "bytes that are read, in each set", 64 << 20),
        Factor("pattern", "the order of the reads", "random", ("random", "sequential")),
        Factor("threads", "CPUs that read at once", 1),
        Factor("rounds", "how often each set is read", 10),
        Factor("split_budget", "bytes of direct map that may be turned to 4 KB for good", 0, applied_by="budget"),
    ),
    footprint=footprint,
)
