"""alloc_latency: the time of every phase of a secret's life."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

WAYS = ("file_each", "arena", "arena_reuse", "malloc", "mmap_mlock", "memfd_mlock")
SECRET_WAYS = ("file_each", "arena", "arena_reuse")
BYTES_A_SECRET = 256
"""The program's own arrays: thirteen phases of eight bytes, and the secret's address."""


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: all secrets are held at once."""
    size, count = (int(WORKLOAD.value(condition, name)) for name in ("size", "count"))
    held_bytes = size * count
    secret = WORKLOAD.value(condition, "way") in SECRET_WAYS
    return Footprint(held_bytes + count * BYTES_A_SECRET, held_bytes if secret else 0)


WORKLOAD = Workload(
    name="alloc_latency",
    title="The phases of a secret's life",
    metrics=(
        Metric("create", "ns", "memfd_secret(2) or memfd_create(2)"),
        Metric("ftruncate", "ns", "giving the file its size"),
        Metric("mmap", "ns", "mapping it"),
        Metric("malloc", "ns", "taking a block from the heap"),
        Metric("lock", "ns", "mlock(2), which also brings ordinary pages in"),
        Metric("first_touch", "ns", "one write to each page of the secret"),
        Metric("second_touch", "ns", "the same writes again"),
        Metric("wipe", "ns", "overwriting a block that goes back to a heap or an arena"),
        Metric("munmap", "ns", "unmapping it"),
        Metric("close", "ns", "closing the last descriptor, which frees the pages"),
        Metric("free", "ns", "giving a block back to the heap"),
        Metric("ready", "ns", "all that a secret waits for before it can be used"),
        Metric("gone", "ns", "all that giving a secret up takes"),
    ),
    factors=(
        Factor("way", "how the secrets are held", "file_each", WAYS),
        Factor("size", "bytes of one secret", 4096),
        Factor("count", "secrets held at once", 64),
    ),
    footprint=footprint,
)
