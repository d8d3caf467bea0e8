"""removal: whether secret pages have left the kernel's direct map, page by page, and whether they come back."""

from __future__ import annotations

from workloads.memory import Backing
from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096
ARRAY_BYTES = 9 * 8
"""What native readings and frames take a page."""
LIVES = ("held", "forked", "executed", "exited", "killed")


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the pages once, whoever has them."""
    pages = int(WORKLOAD.value(condition, "pages"))
    secret = WORKLOAD.value(condition, "backing") == Backing.SECRET.value
    return Footprint(pages * (PAGE_BYTES + ARRAY_BYTES), pages * PAGE_BYTES if secret else 0)


WORKLOAD = Workload(
    name="removal",
    title="Whether pages are in the kernel's direct map",
    metrics=(
        Metric("refused_while_held", "1", "secret: 1 where the kernel's own read of the page failed"),
        Metric("absent_while_held", "1", "secret: 1 where the page has an entry of 4 KB that is not present"),
        Metric("owner_reads", "1", "1 where its owner still reads from the page what was written"),
        Metric("readable_after", "1", "secret: 1 where the kernel could read the page when it was given up"),
        Metric("mapped_after", "1", "secret: 1 where the page's entry was present when it was given up"),
        Metric("word_read", "1", "ordinary: 1 where the kernel read from the page what its owner had written"),
        Metric("mapped_while_held", "1", "ordinary: 1 where the page's entry is present"),
    ),
    factors=(
        Factor("life", "who has the pages, and how they are given up", "held", LIVES),
        Factor("backing", "kind of memory", "secret", tuple(b.value for b in Backing if b.page_bytes == PAGE_BYTES)),
        Factor("pages", "pages of 4 KB", 2048),
        Factor("threads", "threads that fill them at once", 1),
    ),
    footprint=footprint,
)
