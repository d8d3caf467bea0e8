"""process_latency: what a fork and an execve cost a process that has secret memory mapped."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

BACKINGS = ("none", "anonymous", "anonymous_locked", "memfd", "memfd_locked", "secret")
PAGE_BYTES = 4096


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: the area, and as much again where a child may copy it."""
    area_bytes = int(WORKLOAD.value(condition, "pages")) * PAGE_BYTES
    if WORKLOAD.value(condition, "backing") == "secret":
        return Footprint(area_bytes, area_bytes)
    return Footprint(2 * area_bytes)


WORKLOAD = Workload(
    name="process_latency",
    title="fork and execve with memory mapped",
    metrics=(
        Metric("fork", "ns", "the parent's call of fork(2)"),
        Metric("child_touch", "ns", "the child's write to a page that the parent had written to"),
        Metric("child_exit", "ns", "from the end of fork to the end of waitpid(2)"),
        Metric("execve", "ns", "from the call of execve(2) to the first line of the new program"),
    ),
    factors=(
        Factor("event", "what the process does", "fork", ("fork", "execve")),
        Factor("backing", "what it has mapped", "none", BACKINGS),
        Factor("pages", "pages that it has mapped and touched", 1024),
        Factor("cloexec", "whether an execve closes the descriptor", "yes", ("no", "yes")),
        Factor("repeats", "how often", 32),
    ),
    footprint=footprint,
)
