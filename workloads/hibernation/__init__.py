"""hibernation: whether the kernel offers to hibernate while a secret area is active; it is never asked to."""

from __future__ import annotations

from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: one secret page."""
    return Footprint(PAGE_BYTES, PAGE_BYTES)


WORKLOAD = Workload(
    name="hibernation",
    title="Whether hibernation is offered",
    metrics=(
        Metric("offered_before", "1", "1 where hibernation is offered before this program has secret memory"),
        Metric("offered_with_descriptor", "1", "the same with a descriptor of memfd_secret, and no memory yet"),
        Metric("offered_with_page", "1", "the same with a page that was touched"),
        Metric("offered_with_mapping", "1", "the same with the descriptor closed, and the page mapped"),
        Metric("offered_after", "1", "the same when all is given up"),
    ),
    factors=(Factor("repeats", "how often", 4),),
    footprint=footprint,
)
