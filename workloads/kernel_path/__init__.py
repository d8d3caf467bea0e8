"""kernel_path: whole paths through the kernel, by the size of the direct map's entries that they go through."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload
from workloads.tlb_pressure import PAGE_BYTES, SETS, SURPLUS_BYTES, search_seconds

PATHS = {
    "user": "64 bytes of a page read by this process through a 4 KB entry of its own",
    "readv": "64 bytes of a page copied by process_vm_readv, 1,024 pages a call",
    "pread": "64 bytes of a page of a file read by pread",
    "pwrite": "64 bytes of a page of a file written by pwrite",
    "pipe": "64 bytes of a page put into a pipe by vmsplice and copied out by read",
    "send": "64 bytes of a page sent by sendfile over 127.0.0.1 and copied out by recv",
    "clear": "the first touch of a page of a file, for which the kernel clears a fresh page",
}
"""The paths by name, with what is timed of each page. `user` is the control of where the pages lie."""
MOST_FRESH_BYTES = 32 << 20
CHUNK_BYTES = 2 << 20
VISIT_S = 0.8e-6
"""Of a page, over all paths; measured at 128 MB."""


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: five sets in chunks of which half is used, fresh pages, and what is held meanwhile.

    Of secret memory it takes what limit and budget allow: one page has to be allowed.
    """
    each = int(WORKLOAD.value(condition, "footprint"))
    return Footprint(
        len(SETS) * (2 * each + fresh_bytes(condition)) + SURPLUS_BYTES,
        secret_bytes=PAGE_BYTES,
        seconds=search_seconds(set_bytes(condition)) + visiting_seconds(condition),
    )


def visiting_seconds(condition: Condition) -> float:
    """Return a guess of how long the visits take: each path goes through each set twice a round, once untimed."""
    rounds, each = (int(WORKLOAD.value(condition, name)) for name in ("rounds", "footprint"))
    return 2 * rounds * len(PATHS) * len(SETS) * (each // PAGE_BYTES) * VISIT_S


def set_bytes(condition: Condition) -> int:
    """Return how many bytes of each set a run looks for; of its fresh pages all of a chunk is used, and else half."""
    return int(WORKLOAD.value(condition, "footprint")) + fresh_bytes(condition) // 2


def fresh_bytes(condition: Condition) -> int:
    """Return how many bytes of each set are fresh pages."""
    return min(max(int(WORKLOAD.value(condition, "footprint")), CHUNK_BYTES), MOST_FRESH_BYTES)


WORKLOAD = Workload(
    name="kernel_path",
    title="Whole paths through the kernel",
    metrics=tuple(
        Metric(f"{path}_{name}", "ps", f"{told}, of pages that the direct map has in {size}")
        for path, told in PATHS.items()
        for name, size in SETS.items()
    ),
    factors=(
        Factor("footprint", "bytes of the pages that are visited, in each set", 64 << 20),
        Factor("rounds", "how often each set is visited by each path", 10),
        Factor("split_budget", "bytes of direct map that may be turned to 4 KB for good", 0, applied_by="budget"),
    ),
    footprint=footprint,
)
