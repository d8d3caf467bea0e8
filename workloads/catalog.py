"""The one list of workloads."""

from __future__ import annotations

import functools

from workloads import (
    access,
    alloc_latency,
    arena,
    copy_latency,
    fault_latency,
    fragmentation,
    hibernation,
    kernel_path,
    known_delay,
    lifetime,
    memlock,
    memory_neighbour,
    neighbour_throughput,
    process_latency,
    removal,
    stale_entry,
    tlb_pressure,
    tlb_reach,
    uncached,
)
from workloads.spec import Workload

CATALOG: tuple[Workload, ...] = (
    fault_latency.WORKLOAD,
    alloc_latency.WORKLOAD,
    arena.WORKLOAD,
    process_latency.WORKLOAD,
    removal.WORKLOAD,
    stale_entry.WORKLOAD,
    lifetime.WORKLOAD,
    memlock.WORKLOAD,
    hibernation.WORKLOAD,
    fragmentation.WORKLOAD,
    tlb_pressure.WORKLOAD,
    tlb_reach.WORKLOAD,
    kernel_path.WORKLOAD,
    neighbour_throughput.WORKLOAD,
    memory_neighbour.WORKLOAD,
    known_delay.WORKLOAD,
    access.WORKLOAD,
    copy_latency.WORKLOAD,
    uncached.WORKLOAD,
)


@functools.cache
def units(workload: str) -> dict[str, str]:
    """Return the unit of each metric of a workload; raises KeyError where there is no such workload."""
    return {metric.name: metric.unit for metric in find(workload).metrics}


def find(name: str) -> Workload:
    """Return the workload of a name; raises KeyError where there is none."""
    return {workload.name: workload for workload in CATALOG}[name]
