"""neighbour_throughput: what processes that have nothing to do with secret memory get done while another churns it."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

VICTIMS = (
    "compute",
    "null_syscall",
    "pointer_chase_4k",
    "pointer_chase_2m",
    "stream",
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
SECRET = ("secret", "secret_held", "fork_secret")
AGGRESSORS = ("none", "spin", "anonymous", "memfd", "memfd_locked", *SECRET, "mprotect", "munmap")
PLACEMENTS = ("other_core", "same_cpu", "sibling", "same_socket", "other_socket")
PAGE_BYTES = 4096
VICTIM_BYTES = 192 << 20
"""What one victim takes at most, with all that is recorded of it."""


def footprint(condition: Condition) -> Footprint:
    """Return what a window takes: the victims, and what each aggressor has at a time."""
    victims, aggressors, chunk = (int(WORKLOAD.value(condition, name)) for name in ("victims", "aggressors", "chunk"))
    area_bytes = aggressors * chunk * PAGE_BYTES
    secret = WORKLOAD.value(condition, "aggressor") in SECRET
    seconds = int(WORKLOAD.value(condition, "window_ms")) / 1000
    return Footprint(victims * VICTIM_BYTES + area_bytes, area_bytes if secret else 0, seconds=seconds)


WORKLOAD = Workload(
    name="neighbour_throughput",
    title="What neighbours get done",
    metrics=(
        Metric("operations", "1", "operations that a victim finished in a bucket"),
        Metric("worst", "ns", "the longest turn of a bucket"),
        Metric("latency_p50", "ns", "half of a window's turns took at most so long"),
        Metric("latency_p99", "ns", "99 % of a window's turns took at most so long"),
        Metric("latency_p99_9", "ns", "99.9 % of a window's turns took at most so long"),
        Metric("latency_worst", "ns", "the longest turn of a window"),
        Metric("victim_cpu", "ns", "CPU time of a victim in a window"),
        Metric("pages", "1", "pages, or events where it makes none, that an aggressor finished in a bucket"),
        Metric("aggressor_cpu", "ns", "CPU time of an aggressor in a window, the settling too"),
    ),
    factors=(
        Factor("victim", "what the victims do, one after the other where several are named with a plus", "compute"),
        Factor("victims", "how many of them, each on a CPU of its own", 1),
        Factor("aggressor", "what the aggressors do", "secret", AGGRESSORS),
        Factor("rate", "pages a second, of all aggressors together, or max", "max"),
        Factor("copy", "tells windows apart that are alike", 1, applied_by="name"),
        Factor("aggressors", "how many of them", 1),
        Factor("placement", "where they are, seen from the first victim", "other_core", PLACEMENTS),
        Factor("chunk", "pages that an aggressor has at a time, at most", 512),
        Factor("window_ms", "length of a window", 500),
        Factor("settle_ms", "its beginning, which is not counted", 50),
        Factor("bucket_ms", "how finely it is recorded", 10),
    ),
    footprint=footprint,
    timeline=("aggressor", "rate", "copy"),
)
