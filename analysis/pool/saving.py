"""Savings: each trace under each way of giving out pages, and what the splits would cost the kernel's reads."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.compare import Ratio
from analysis.course import PAGE_BYTES, REGION_BYTES, Course
from analysis.pool.area import AREA_CHUNKS, Outcome, chunks, reserved
from analysis.pool.check import Trial
from analysis.pool.ground import Ground, ground, stray
from analysis.pool.merged import replay
from analysis.pool.pattern import patterns
from analysis.pool.recorded import recorded
from analysis.pool.trace import Counts, Trace
from analysis.reads import Reads

GIANT_BYTES = 1 << 30
GROUND = "used_up"
"""The pools are held against memory that was not split before, as far as one can tell: free pieces were used up."""
AREA_BYTES = AREA_CHUNKS * REGION_BYTES


@dataclass(frozen=True, slots=True)
class Range:
    """A figure with the ends of what model or data leave open; `value` is NaN where only the ends are known."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bill:
    """What one way of giving out pages does to a machine for one trace.

    `lost_blocks` are blocks of 2 MB that can never be a huge page again; `slower` is by which fraction the kernel's
    reads take longer, if they go evenly to all memory; None where that was not measured. It leaves out what entries of
    2 MB cost against 1 GB where that was not measured (Machine.middle).
    """

    way: str
    splits_2m: Range
    splits_1g: Range
    lost_blocks: Range
    aside_bytes: int = 0
    unused_bytes: int = 0
    refused_pages: int = 0
    slower: Range | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """How much memory there is, and how long a read takes through 4 KB entries, and through 2 MB against 1 GB ones.

    `small` is against 1 GB where such entries could be had, else against 2 MB; `middle` is None there.
    """

    memory_bytes: int
    small: Ratio | None = None
    middle: Ratio | None = None


def machine(memory_bytes: int, found: Reads | None) -> Machine:
    """Return a machine with what its reads cost, as far as that was measured."""
    ratios = found.ratios if found else {}
    return Machine(memory_bytes, ratios.get("4k"), ratios.get("2m"))


def traces(every: Sequence[Course]) -> tuple[Trace, ...]:
    """Return the recorded traces, each once, and the made-up ones."""
    found = {trace.name: trace for course in every if (trace := recorded(course))}
    return (*found.values(), *patterns())


def bills(trace: Trace, on: Machine, every: tuple[Course, ...], passed: dict[tuple[str, str], Trial]) -> list[Bill]:
    """Return the bills of a trace; of the merged kernel those that were checked, and without them none at all."""
    found = list(merged(trace, on, every, passed))
    if not found:
        return []
    pools = (of_area("chunks", chunks(trace)), of_area("reserved", reserved(trace)))
    return [dataclasses.replace(bill, slower=slower(bill, on)) for bill in (*found, *pools)]


def merged(
    trace: Trace, on: Machine, every: tuple[Course, ...], passed: dict[tuple[str, str], Trial]
) -> Iterator[Bill]:
    """Yield the merged kernel's bills: on memory like that which was measured, on a busy machine, and never split."""
    if (GROUND, "splits") not in passed:
        return
    quiet, busy = ground(GROUND, every), stray(every, "busy")
    yield of_merged("merged", trace, quiet, on, passed)
    if busy is not None and trace.touched_pages > trace.peak_pages:
        yield of_merged("merged_busy", trace, dataclasses.replace(quiet, stray=busy), on, passed)
    if (GROUND, "blocks") in passed:
        yield of_merged("merged_whole", trace, quiet, on, passed)


def of_merged(way: str, trace: Trace, known: Ground, on: Machine, passed: dict[tuple[str, str], Trial]) -> Bill:
    """Return one bill of the merged kernel."""
    replays = replay(trace, known, seed=2, whole=way == "merged_whole")
    splits, inside = spread(replays.splits), spread(replays.in_giants)
    most = min(inside.high, on.memory_bytes // GIANT_BYTES)
    giants = Range(math.nan if most else 0, min(1.0, inside.low), most)
    if (GROUND, "table_blocks") in passed:
        return Bill(way, splits, giants, spread(replays.table_blocks))
    # Each table in a block of its own, or all in one.
    return Bill(way, splits, giants, Range(math.nan, min(1.0, splits.low), splits.high + most))


def spread(replays: Counts) -> Range:
    """Return the mean of replays, and where 95 of 100 are."""
    low, high = np.quantile(replays, (0.025, 0.975)).tolist()
    return Range(float(replays.mean()), low, high)


def of_area(way: str, outcome: Outcome) -> Bill:
    """Return the bill of an area: a table for each 1 GB entry that is split, each in a block of its own at most."""
    least, most = outcome.splits_1g
    giants = Range(least if least == most else math.nan, least, most)
    return Bill(
        way,
        Range(0, 0, 0),
        giants,
        giants,
        outcome.aside_pages * PAGE_BYTES,
        outcome.unused_pages * PAGE_BYTES,
        outcome.refused_pages,
    )


def slower(bill: Bill, on: Machine) -> Range | None:
    """Return by which fraction reads that go evenly to all memory take longer; ends are of ends, and so wide."""
    if on.small is None or (on.middle is None and not bill.splits_2m.high):
        return None

    def share(end: str) -> float:
        small = getattr(bill.splits_2m, end) * REGION_BYTES * (getattr(on.small, end) - 1)
        middle = getattr(bill.splits_1g, end) * GIANT_BYTES * (getattr(on.middle, end) - 1) if on.middle else 0.0
        return float(small + middle) / on.memory_bytes

    low, high = sorted((share("low"), share("high")))
    return Range(share("value"), low, high)
