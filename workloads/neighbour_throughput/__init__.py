"""neighbour_throughput: what victims get done while aggressors, on other CPUs, change what they do window by window."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096
VICTIM_BYTES = 256 << 20
"""A bound of what a victim maps, with its readings; most take far less."""
VICTIMS = (
    "compute",
    "pointer_chase_4k",
    "pointer_chase_2m",
    "stream",
    "null_syscall",
    "pipe",
    "futex",
    "page_cache_read",
    "mmap_munmap",
    "page_fault",
    "fork",
    "timer",
    "sqlite",
    "openssl",
)
MAKING_PAGES = ("anonymous", "memfd", "memfd_locked", "secret", "fork_secret", "mprotect", "munmap")
AGGRESSORS = ("none", "spin", *MAKING_PAGES, "secret_held")
SECRETS = ("secret", "secret_held", "fork_secret")
PLACEMENTS = ("other_core", "same_cpu", "sibling", "same_socket", "other_socket")


def footprint(condition: Condition) -> Footprint:
    """Return what a window takes: what each aggressor holds at a time, secret or not, and the window's own length."""
    chunk, aggressors, victims, ms = (
        int(WORKLOAD.value(condition, name)) for name in ("chunk", "aggressors", "victims", "window_ms")
    )
    held_bytes = chunk * aggressors * PAGE_BYTES
    secret = WORKLOAD.value(condition, "aggressor") in SECRETS
    memory_bytes = held_bytes + victims * VICTIM_BYTES
    return Footprint(memory_bytes, held_bytes if secret else 0, seconds=ms / 1000)


WORKLOAD = Workload(
    name="neighbour_throughput",
    title="What processes get done beside others",
    metrics=(
        Metric("operations", "1", "operations that a victim finished in a bucket"),
        Metric("worst", "ns", "the longest stretch of a victim that ended in a bucket"),
        Metric("latency_p50", "ns", "of all stretches of a window: half took at most this long"),
        Metric("latency_p99", "ns", "99 in 100 took at most this long"),
        Metric("latency_p99_9", "ns", "999 in 1000 took at most this long"),
        Metric("latency_worst", "ns", "the longest stretch"),
        Metric("pages", "1", "pages that an aggressor finished in a bucket; an event of fork, mprotect, munmap is one"),
        Metric("aggressor_cpu", "ns", "CPU time of an aggressor in the window"),
        Metric("victim_cpu", "ns", "CPU time of a victim in the window"),
    ),
    factors=(
        Factor("victim", "what the victims do; several with + between, one after the other", "compute"),
        Factor("victims", "how many victim processes", 1),
        Factor("aggressor", "what the aggressors do", "spin", AGGRESSORS),
        Factor("rate", "pages a second of all aggressors together, or max", 0),
        Factor("copy", "tells windows apart that are alike", 1, applied_by="name"),
        Factor("aggressors", "how many aggressor processes", 1),
        Factor("placement", "where aggressors stand, as seen from the victims", "other_core", PLACEMENTS),
        Factor("chunk", "pages that an aggressor maps, touches and gives back at a time", 512),
        Factor("window_ms", "length of a window", 500),
        Factor("settle_ms", "the beginning of a window that is not counted", 50),
        Factor("bucket_ms", "length of a bucket", 10),
    ),
    footprint=footprint,
    timeline=("aggressor", "rate", "copy"),
)
