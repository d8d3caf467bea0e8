"""arena: requests that each want a page for a while, had anew each time or taken from an area filled at start."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

WAYS = ("each", "arena")
BACKINGS = ("secret", "memfd_locked")
PAGE_BYTES = 4096
BUSY_BYTES = (16 << 20) * 2
"""What else is used meanwhile takes at most, by `between`."""


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the pages that are held at a time, and what other use of memory there is."""
    held_bytes = int(WORKLOAD.value(condition, "held")) * PAGE_BYTES
    memory_bytes = held_bytes + int(WORKLOAD.value(condition, "requests")) * 16
    busy_bytes = BUSY_BYTES if WORKLOAD.value(condition, "between") == "busy" else 0
    secret = WORKLOAD.value(condition, "backing") == "secret"
    return Footprint(memory_bytes + busy_bytes, held_bytes if secret else 0)


WORKLOAD = Workload(
    name="arena",
    title="A page a request, anew or from an arena",
    metrics=(
        Metric("opening", "ns", "until the first pages are had, all that are held at a time"),
        Metric("request", "ns", "giving the oldest page up, and having and writing to the next"),
        Metric("level2_splits", "1", "pages of 2 MB of the direct map that became 4 KB pages, in the whole run"),
        Metric("level3_splits", "1", "pages of 1 GB that became 2 MB pages"),
        Metric("frames", "1", "different pages that the requests had"),
        Metric("blocks", "1", "blocks of 2 MB that they lay in: as many may be split"),
    ),
    factors=(
        Factor("way", "where a request's page comes from", "each", WAYS),
        Factor("backing", "what memory it is", "secret", BACKINGS),
        Factor("requests", "requests, one behind the other", 2048),
        Factor("held", "pages that are held at a time", 64),
        Factor("between", "what else uses memory, each time that as many requests as are held were made", "none",
               ("none", "busy")),
    ),
    footprint=footprint,
)  # fmt: skip
