"""memory_neighbour: what a process gets of huge pages and page cache while another process holds memory."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

MIB = 1 << 20
QUESTIONS = ("thp", "hugetlb", "compaction", "page_cache")
HOLDERS = ("none", "anonymous", "anonymous_locked", "memfd_locked", "secret")
SPARE_BYTES = 64 * MIB
"""What the programs themselves and what churn leaves may take."""
ROWS = {
    "thp_fault_alloc": "huge pages given at a fault",
    "thp_fault_fallback": "faults that got a small page instead",
    "compact_stall": "allocations that had to wait for compaction",
    "compact_fail": "compactions that did not give what was asked for",
    "compact_success": "compactions that gave it",
    "compact_isolated": "pages taken in hand by compaction",
    "compact_migrate_scanned": "pages that compaction looked at to move them",
    "compact_free_scanned": "pages that compaction looked at to move others there",
    "pgmigrate_success": "pages moved",
    "pgmigrate_fail": "pages that could not be moved",
    "pgscan_kswapd": "pages looked at by kswapd, the whole machine's",
    "pgscan_direct": "pages looked at by who wanted memory, the whole machine's",
    "pgsteal_kswapd": "pages reclaimed by kswapd, the whole machine's",
    "pgsteal_direct": "pages reclaimed by who wanted memory, the whole machine's",
    "allocstall_normal": "allocations that had to reclaim first",
    "workingset_refault_file": "pages of files read again that had been dropped shortly before",
}


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes; what nobody holds stays free, so that conditions differ in the holder alone."""
    held, region = (int(WORKLOAD.value(condition, name)) for name in ("held", "region"))
    secret = held if WORKLOAD.value(condition, "holder") == "secret" else 0
    return Footprint(region + held + SPARE_BYTES, secret)


def metrics() -> tuple[Metric, ...]:
    """Return what is timed and counted; counts are those of the question alone, `found` is before anything is held."""
    return (
        Metric("huge_fault", "ns", "first touch of 2 MB that gave a huge page"),
        Metric("fallback_fault", "ns", "first touch of 2 MB that gave a small page instead"),
        Metric("fill_2m", "ns", "touching all of 2 MB, however they came"),
        Metric("huge_pages", "1", "of the region, by AnonHugePages of /proc/self/smaps"),
        Metric("pool_pages_found", "1", "pages of 2 MB by which the pool grew before anything was held"),
        Metric("pool_pages", "1", "pages of 2 MB by which the pool grew"),
        Metric("pool_pages_left", "1", "pages of 2 MB by which it grew after all was given back"),
        Metric("pool_time", "ns", "raising the pool"),
        Metric("compaction_time", "ns", "a forced compaction of all memory"),
        Metric("read_64k", "ns", "reading 64 KB of the file, from the page cache or the disk"),
        Metric("refaulted_pages", "1", "of the group: read again that had been dropped shortly before"),
        Metric("uncharged_pages", "1", "of the group, version 1: given up"),
        Metric("reclaimed_pages", "1", "of the group, version 2: reclaimed"),
        Metric("scanned_pages", "1", "of the group, version 2: looked at to reclaim them"),
        *(
            Metric(f"free_blocks_{when}", "1", f"free blocks of each order, from 4 KB on, {told}")
            for when, told in (
                ("found", "before anything is held"),
                ("beside", "while it is held, before the question"),
                ("after", "after the question"),
            )
        ),
        Metric("unmovable_blocks_found", "1", "blocks of 2 MB for what cannot be moved, before anything is held"),
        Metric("unmovable_blocks_beside", "1", "the same while it is held"),
        Metric("held_bytes", "bytes", "held by the other process"),
        Metric("held_blocks", "1", "blocks of 2 MB that these lie in"),
        Metric("charged_bytes", "bytes", "charged to the group by what is held"),
        Metric("is_charged", "1", "1 where that is all that is held"),
        *(Metric(name, "1", told) for name, told in ROWS.items()),
    )


WORKLOAD = Workload(
    name="memory_neighbour",
    title="What a process gets of memory while another holds some",
    metrics=metrics(),
    factors=(
        Factor("question", "what the neighbour wants", "thp", QUESTIONS),
        Factor("holder", "the memory that is held beside it", "none", HOLDERS),
        Factor("share", "how much of all memory is held, per mille", 1),
        Factor("held", "the same in bytes", 24 * MIB),
        Factor("placement", "whether there is churn before it", "natural", ("natural", "churned")),
        Factor("charge", "whether what is held is charged to the reader's group", "inside", ("inside", "outside")),
        Factor("region", "bytes that the neighbour wants; 0: all that the reserve leaves", 64 * MIB),
        Factor("passes", "how often the file is read", 2),
        Factor("split_budget", "bytes of direct map that may be turned to 4 KB for good", 0, applied_by="budget"),
    ),
    footprint=footprint,
)
