"""copy_latency: the time of system calls that copy a page of a program's memory in or out, page after page."""

from __future__ import annotations

from workloads.memory import Backing
from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096
READING_BYTES = 8
PAGES, ROUNDS = 256, 8
WAYS = {
    "user_read": "the process reads the page itself",
    "user_write": "the process writes the page itself",
    "file_write": "pwrite(2) from the page to a file in memory",
    "file_read": "pread(2) from a file in memory into the page",
    "file_writev": "pwritev(2) of two halves of the page to it",
    "file_readv": "preadv(2) of it into two halves of the page",
    "pipe_write": "write(2) from the page to a pipe",
    "pipe_read": "read(2) from a pipe into the page",
    "socket_send": "send(2) from the page to a Unix socket",
    "socket_recv": "recv(2) from a Unix socket into the page",
}
"""What is timed, by metric; of a locked memfd in the same process, the metric ends with `_ordinary`."""
SUFFIX = "_ordinary"
SIDES = 2


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the pages and the readings."""
    pages, rounds = (int(WORKLOAD.value(condition, name)) for name in ("pages", "rounds"))
    secret = WORKLOAD.value(condition, "backing") == Backing.SECRET.value
    readings = pages * (SIDES * rounds * len(WAYS) + 1)
    return Footprint(SIDES * pages * PAGE_BYTES + readings * READING_BYTES, pages * PAGE_BYTES if secret else 0)


WORKLOAD = Workload(
    name="copy_latency",
    title="What it takes to copy a page of a program's memory in or out of the kernel",
    metrics=tuple(Metric(name + end, "ns", f"one page: {told}") for name, told in WAYS.items() for end in ("", SUFFIX)),
    factors=(
        Factor("backing", "kind of memory", "secret", tuple(b.value for b in Backing if b.page_bytes == PAGE_BYTES)),
        Factor("pages", "pages of 4 KB", PAGES),
        Factor("rounds", "how often each page is visited in each way", ROUNDS),
    ),
    footprint=footprint,
)
