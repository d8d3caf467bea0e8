"""The one list of workloads."""

from __future__ import annotations

from workloads import alloc_latency, fault_latency, process_latency
from workloads.spec import Workload

CATALOG: tuple[Workload, ...] = (fault_latency.WORKLOAD, alloc_latency.WORKLOAD, process_latency.WORKLOAD)


def find(name: str) -> Workload:
    """Return the workload of a name; raises KeyError where there is none."""
    return {workload.name: workload for workload in CATALOG}[name]
