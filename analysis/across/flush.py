"""The flush class: how a machine tells its other CPUs that a page has left the kernel's map, which sets the price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from bench.model.environment import Environment
from bench.model.run import Run

Flush = Literal["IPI", "INVLPGB", "TLBI", "one CPU", "not told"]
HALF = 0.5
"""A kernel flush by interrupts is one to each other CPU for each page; by instruction there is none."""
COUNTER, TOUCH = "cal_other_cpus", "first_touch"
BROADCASTERS = ("amd", "hygon")
"""Makers of x86 CPUs with INVLPGB (AMD64 Architecture Programmer's Manual 3), which Linux uses since 6.15."""


def flush(environment: Environment, runs: Iterable[Run]) -> Flush:
    """Return how a machine flushes, by the interrupts that its own runs counted and not by its kernel's version.

    A hypervisor may keep INVLPGB to itself, and a kernel may be told not to use it: neither is in a version.
    """
    if environment.cpus_online < 2:
        return "one CPU"
    if environment.architecture == "aarch64":
        return "TLBI"
    if environment.architecture not in ("x86_64", "i686"):
        return "not told"
    may_broadcast = environment.cpu.lower().startswith(BROADCASTERS)
    a_page = interrupts_a_page(runs)
    if a_page is None:
        return "not told" if may_broadcast else "IPI"
    if a_page >= HALF:
        return "IPI"
    return "INVLPGB" if may_broadcast else "not told"


def interrupts_a_page(runs: Iterable[Run]) -> float | None:
    """Return the function calls that other CPUs were interrupted for, a secret page that was touched; None: not told.

    /proc/interrupts counts a flush of a kernel range among function calls (CAL), not among shootdowns (TLB).
    """
    seen = list(touches(runs))
    pages = sum(count for count, _ in seen)
    return sum(calls for _, calls in seen) / pages if pages else None


def touches(runs: Iterable[Run]) -> Iterator[tuple[int, int]]:
    """Yield the first touches of every run in secret memory, with the interrupts that other CPUs had meanwhile."""
    for run in runs:
        if run.trial.condition.workload != "fault_latency" or run.trial.condition.get("backing") != "secret":
            continue
        if run.native is None or run.samples is None:
            continue
        before, after = run.native.before.get(COUNTER), run.native.after.get(COUNTER)
        if before is not None and after is not None:
            yield sum(series.count for series in run.samples.series if series.metric == TOUCH), after - before
