"""fragmentation: what secret memory does to the kernel's direct map, and what of it stays."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096
REGION_BYTES = 2 << 20
READINGS_BYTES = 16 * 8
"""What readings and frames take a page."""
PLUG_BYTES = 1 << 30
"""A guess of what page tables take until no piece of split memory is free; the program itself keeps the reserve."""
USES = ("one_size", "mixed", "churn", "processes", "steered", "steered_one")
STEERED = ("steered", "steered_one")
KINDS = {
    "secret": "of this trial's secret pages",
    "free": "of pages in the buddy allocator",
    "user": "of pages of programs and files, which can be moved",
    "kernel": "of slab, page-table and reserved pages",
    "unnamed": "of pages of which the kernel says nothing: others of its own, and free ones that a CPU keeps in hand",
}


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes; where free pages are used up first, a guess of those too."""
    pages = int(WORKLOAD.value(condition, "pages"))
    memory_bytes = pages * (PAGE_BYTES + READINGS_BYTES)
    steered = WORKLOAD.value(condition, "use") in STEERED
    secret_bytes = (1 if WORKLOAD.value(condition, "use") == "steered_one" else pages) * PAGE_BYTES
    if not steered and WORKLOAD.value(condition, "ground") == "as_found":
        return Footprint(memory_bytes, secret_bytes)
    share_bytes = int(WORKLOAD.value(condition, "share"))
    return Footprint(memory_bytes + PLUG_BYTES + share_bytes, secret_bytes, secret_bytes)


def metrics() -> tuple[Metric, ...]:
    """Return what is read at every step, after every round, and of every block that holds secret pages."""
    return (
        Metric("touched_bytes", "bytes", "secret memory touched so far"),
        Metric("peak_bytes", "bytes", "the most of it that was held at a time so far: what the limit has to allow"),
        Metric("level2_splits", "1", "pages of 2 MB that became 4 KB pages so far"),
        Metric("level3_splits", "1", "pages of 1 GB that became 2 MB pages so far"),
        Metric("round_touched_bytes", "bytes", "secret memory touched up to the end of the round"),
        Metric("round_level2_splits", "1", "2 MB to 4 KB, up to the end of the round"),
        Metric("round_level3_splits", "1", "1 GB to 2 MB, up to the end of the round"),
        Metric("round_scar_bytes", "bytes", "more of the direct map in 4 KB entries than before, all being given up"),
        Metric("round_unglobal_bytes", "bytes", "more of it in entries that are not global any more"),
        Metric("round_table_bytes", "bytes", "more page tables of the direct map than before"),
        Metric("round_table_blocks", "1", "more blocks of 2 MB that hold a table of 4 KB pages: no huge page again"),
        Metric("round_healed_regions", "1", "regions of 2 MB that became whole again when all was given up"),
        *(
            Metric(f"region_{name}_pages", "1", f"in a block of 2 MB, the number {what}")
            for name, what in KINDS.items()
        ),
        Metric("region_level_before", "1", "what mapped the block before: 1 is 4 KB, 2 is 2 MB, 3 is 1 GB"),
    )


WORKLOAD = Workload(
    name="fragmentation",
    title="What secret memory does to the kernel's direct map",
    metrics=metrics(),
    factors=(
        Factor("use", "in which pieces secret memory is had", "one_size", USES),
        Factor("ground", "whether pages that were split before are used up first", "as_found", ("as_found", "used_up")),
        Factor("pages", "pages of secret memory a round", 1024),
        Factor("steps", "readings a round", 64),
        Factor("rounds", "how often all is had and given up", 1),
        Factor("between", "what else uses memory between two rounds", "none", ("none", "busy")),
        Factor("processes", "processes that have the memory, for that use", 4),
        Factor("seed", "of what is drawn", 1),
        Factor("share", "bytes of the budget that a run may take at most; 0: all", 0),
        Factor("split_budget", "bytes of direct map that may be turned to 4 KB for good", 0, applied_by="budget"),
    ),
    footprint=footprint,
)
