"""lifetime: who keeps secret memory, and when its pages go back to the direct map and to the allocator."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096
ARRAY_BYTES = 6 * 8
"""What native readings, frames and words take a page and repeat."""
SECRET_PAGE_S, PAGE_S = 30e-6, 3e-6
"""What having, looking at and giving back a page takes, about."""
LIVES = (
    "unmapped",
    "closed",
    "exited",
    "killed",
    "executed",
    "executed_open",
    "forked",
    "passed",
    "in_flight",
)
HANDED_ON = ("closed", "executed_open", "forked", "passed", "in_flight")
"""Lives in which the area is kept at last by nobody's own mapping: a descriptor, a socket, or a child's."""


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the area once at a time, whoever has it."""
    pages, repeats = (int(WORKLOAD.value(condition, name)) for name in ("pages", "repeats"))
    secret = WORKLOAD.value(condition, "backing") == "secret"
    seconds = pages * (repeats - 1) * (SECRET_PAGE_S if secret else PAGE_S)  # the first time counts as memory
    memory_bytes = pages * (PAGE_BYTES + repeats * ARRAY_BYTES)
    return Footprint(memory_bytes, pages * PAGE_BYTES if secret else 0, seconds=seconds)


WORKLOAD = Workload(
    name="lifetime",
    title="Who keeps memory, and when it goes back",
    metrics=(
        Metric("out_while_kept", "1", "secret: 1 where the kernel's own read of the page failed when a part had gone"),
        Metric("word_while_kept", "1", "1 where who kept the page read from it what was written"),
        Metric("readable_after", "1", "secret: 1 where the kernel could read the page when the last part had gone"),
        Metric("free_after", "1", "1 where the frame was no page of the file any more"),
        Metric(
            "entries_back", "ns", "secret: from what ended it until the kernel can read the first and the last page"
        ),
        Metric("pages_free", "ns", "from what ended it until the first and the last frame are free"),
        Metric("back_apart", "ns", "secret: from the last look that did not see entries_back to the one that did"),
        Metric("free_apart", "ns", "from the last look that did not see pages_free to the one that did"),
        Metric("counted_while_held", "1", "1 where all of it counted against the limit of the process that made it"),
        Metric("counted_while_kept", "1", "1 where all of it counted against the limit of the process that kept it"),
        Metric("mlocked_held", "bytes", "by how much Mlocked of /proc/meminfo had grown while it was held"),
        Metric("mlocked_kept", "bytes", "the same when a part had gone"),
        Metric("unevictable_held", "bytes", "by how much Unevictable of /proc/meminfo had grown while it was held"),
        Metric("unevictable_kept", "bytes", "the same when a part had gone"),
        Metric("open_after_execve", "1", "1 where the descriptor was open in the new program"),
    ),
    factors=(
        Factor("life", "who keeps the area, and what ends it", "closed", LIVES),
        Factor("backing", "kind of memory", "secret", ("memfd", "memfd_locked", "secret")),
        Factor("pages", "pages of 4 KB", 256),
        Factor("repeats", "how often, each time with processes of its own", 4),
    ),
    footprint=footprint,
)
