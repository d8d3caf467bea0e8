"""fault_latency: the time of every single first touch of a page."""

from __future__ import annotations

from workloads.memory import Backing
from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PLUG_BYTES = 1 << 30
"""The most that native/history.c takes to use up free pages that were secret before."""
READING_BYTES = 8
BLOCK_BYTES = 2 << 20


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the region once, for prepared memory is given back before the region is mapped."""
    backing = Backing(str(WORKLOAD.value(condition, "backing")))
    pages = int(WORKLOAD.value(condition, "pages"))
    region_bytes = pages * backing.page_bytes
    memory_bytes = region_bytes + pages * READING_BYTES
    if backing is not Backing.SECRET:
        return Footprint(memory_bytes)
    if WORKLOAD.value(condition, "history") == "reused":
        return Footprint(memory_bytes, region_bytes)
    # The plug ends with the first page of a block that was whole until then. Beside the region there is ballast
    # (native/ballast.h), of which one page in eight is kept: at most half as much again.
    with_ballast_bytes = region_bytes + region_bytes // 2
    return Footprint(memory_bytes + PLUG_BYTES + region_bytes // 2, region_bytes, with_ballast_bytes + BLOCK_BYTES)


WORKLOAD = Workload(
    name="fault_latency",
    title="The first touch of a page",
    metrics=(
        Metric("first_touch", "ns", "from before to after the first write to a page"),
        Metric("touch_split_nothing", "ns", "of these, in fresh memory: the direct map was in 4 KB there already"),
        Metric("touch_split_2m", "ns", "of these, in fresh memory: a 2 MB entry of the direct map was split for it"),
        Metric("touch_split_1g", "ns", "of these, in fresh memory: a 1 GB entry was, and a 2 MB entry of that"),
    ),
    factors=(
        Factor("backing", "kind of memory", "anonymous", tuple(b.value for b in Backing)),
        Factor("pages", "pages touched, of the backing's own size", 1024),
        Factor("threads", "threads that touch at once", 1),
        Factor("others", "what the other CPUs do", "idle", ("idle", "spin_user", "spin_kernel")),
        Factor("history", "never secret before, or used at once before", "reused", ("fresh", "reused")),
        Factor("online_cpus", "CPUs left online", 0, applied_by="host"),
    ),
    footprint=footprint,
)
