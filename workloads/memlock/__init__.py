"""memlock: what RLIMIT_MEMLOCK counts of secret memory, and where it refuses."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

LIMIT_BYTES = 16 * 4096
ATTEMPTS = (
    "size_beyond",
    "take_all",
    "map_beyond",
    "take_beyond",
    "mlock_beyond",
    "two_files",
    "one_file_twice",
    "beside_mlock",
    "mlock_beside",
    "second_process",
    "child_of_holder",
    "keep_unmapped",
    "with_capability",
)


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes; no attempt holds more than four times its limit, which it sets itself."""
    return Footprint(4 * LIMIT_BYTES)


WORKLOAD = Workload(
    name="memlock",
    title="What the limit of locked memory counts of secret memory",
    metrics=(
        Metric("allowed", "1", "1 where the attempt was allowed, 0 where it was refused"),
        Metric("refused_errno", "1", "the errno of the refusal, 0 where there was none; 14 (EFAULT) stands for SIGBUS"),
    ),
    factors=(
        Factor("attempt", "what is tried against a limit of 16 pages", "size_beyond", ATTEMPTS),
        Factor("repeats", "how often, each time in a process of its own", 4),
    ),
    footprint=footprint,
)
