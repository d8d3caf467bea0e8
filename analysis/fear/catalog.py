"""The one list of fears, in the order of a report. A new one is one record; see CONTRIBUTING.md."""

from __future__ import annotations

from analysis.fear.cost import ARENA, LOCKED_RAM, NEIGHBOURS, PAGE_COST, POOL, SCARS, SPLIT_1G, SPLIT_4K, UNCACHED
from analysis.fear.promise import DEMAND, DMA, FLAGS, FORK_EXEC, HIBERNATE, KERNEL_BLIND, NOBODY_ELSE, SYSCALLS

FEARS = (
    SPLIT_1G,
    SPLIT_4K,
    SCARS,
    NEIGHBOURS,
    LOCKED_RAM,
    PAGE_COST,
    POOL,
    ARENA,
    UNCACHED,
    KERNEL_BLIND,
    NOBODY_ELSE,
    SYSCALLS,
    DMA,
    FORK_EXEC,
    FLAGS,
    HIBERNATE,
    DEMAND,
)
