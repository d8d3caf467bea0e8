"""stale_entry: whether the kernel still reads a page that has become secret, through an entry that a TLB has kept."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096
MOST_PAGES = 32
"""More at once would flush everything when they are given up (tlb_single_page_flush_ceiling)."""


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the secret pages, and a frame and four readings for each page and round."""
    pages, rounds = (int(WORKLOAD.value(condition, name)) for name in ("pages", "rounds"))
    return Footprint(pages * PAGE_BYTES + 5 * 8 * pages * rounds, pages * PAGE_BYTES)


WORKLOAD = Workload(
    name="stale_entry",
    title="Whether the kernel reads secret pages through what a TLB has kept",
    metrics=(
        Metric("readable_free", "1", "1 where the kernel could read the page while nobody had it"),
        Metric("refused_seen", "1", "1 where its read of a secret page failed that it had read before"),
        Metric("refused_unseen", "1", "1 where its read of another secret page failed"),
        Metric("secret_read", "1", "of those that did not fail: 1 where what it read is the secret itself"),
    ),
    factors=(
        Factor("keeper", "whose address space the secret pages are made in", "other", ("other", "own")),
        Factor("between", "what the reader does before it reads again", "nothing", ("nothing", "flush")),
        Factor("pages", "pages of 4 KB", MOST_PAGES),
        Factor("rounds", "how often", 32),
    ),
    footprint=footprint,
)
