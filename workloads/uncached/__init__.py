"""uncached: what work takes on memory that no cache holds, beside the same work on memory as it is."""

from __future__ import annotations

from workloads.memory import Backing
from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096
READING_BYTES = 8
BYTES, ROUNDS = 16384, 32
NO_RANGE = "none"
FLUSHED, UNCACHED = "flushed", "uncached"
WORKS = {
    "aes": "AES-128 of the buffer in counter mode, by the CPU's instructions",
    "table": "AES-128 of one block by tables: 160 reads in 4 KB",
    "copy": "the buffer read, and written to ordinary memory",
    "chase": "one read of each line, each read waiting for the last",
}
"""What is timed; `aes` only where the CPU has instructions for it."""
STATES = {
    "cached": "the lines as the last use left them",
    "flushed": "all its lines flushed from the caches before; on an uncached range too",
    "elsewhere": "as many lines flushed that it does not read",
    "ordinary": "on a locked memfd in the same process, as the last use left it",
    "uncached": "on a reserved range that is mapped uncached",
}
"""How memory is when a work begins; a metric is a work and a state."""
PLACES = {FLUSHED: (2, 1), UNCACHED: (0, 1)}
"""By caching: how many places there are of the memory that is named, and of a locked memfd."""


def place_bytes(size: int) -> int:
    """Return what a place takes: a buffer and a chase of `size` bytes, a page of keys and one of tables."""
    return 2 * size + 2 * PAGE_BYTES


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: its places, what is copied to and the order of a chase for each, and the readings."""
    size, rounds = (int(WORKLOAD.value(condition, name)) for name in ("bytes", "rounds"))
    named, ordinary = PLACES[str(WORKLOAD.value(condition, "caching"))]
    secret = WORKLOAD.value(condition, "backing") == Backing.SECRET.value
    beside = (named + ordinary + (named == 0)) * (size + size // READING_BYTES)
    readings = len(WORKS) * len(STATES) * rounds * READING_BYTES
    taken = (named + ordinary) * place_bytes(size)
    return Footprint(taken + beside + readings, named * place_bytes(size) if secret else 0)


WORKLOAD = Workload(
    name="uncached",
    title="What work takes on memory that no cache holds",
    metrics=tuple(
        Metric(f"{work}_{state}", "ns", f"{told}; {how}")
        for work, told in WORKS.items()
        for state, how in STATES.items()
    ),
    factors=(
        Factor("backing", "kind of memory", "secret", tuple(b.value for b in Backing if b.page_bytes == PAGE_BYTES)),
        Factor("caching", "what keeps it out of the caches", FLUSHED, (FLUSHED, UNCACHED)),
        Factor("range", "reserved physical range, as /proc/iomem writes it", NO_RANGE),
        Factor("bytes", "size of what is worked on", BYTES),
        Factor("rounds", "readings of each work in each state", ROUNDS),
    ),
    footprint=footprint,
)
