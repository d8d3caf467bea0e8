"""Times: what a way costs, from the lives that were measured, block by block; between two sizes a straight line."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from analysis.advice.way import FREE, MAKE, PHASES, TOUCH, Term, terms
from analysis.advice.wish import MOST_BYTES, PAGE_BYTES, Wish
from analysis.cells import LEAST_NS, Cell
from analysis.stats.interval import geometric_interval
from bench.model.record import Record

Blocks = dict[int, float]
"""Nanoseconds by block."""
Lives = dict[str, dict[int, dict[str, Blocks]]]
"""Of one secret, or of one area: by curve, by pages, by phase."""
Basis = Literal["measured", "between sizes", "sum of parts"]


class Time(Record):
    """Nanoseconds of a typical process, with their 95 % interval; None where blocks are too few for one."""

    value_ns: float
    low_ns: float | None
    high_ns: float | None
    blocks: int


class Cost(Record):
    """What a secret costs: to have it, to touch it first, to give it up; in all, and all secrets together.

    `basis`: measured at this very size, on a straight line between two sizes, or put together from measured parts.
    """

    make_ns: float
    touch_ns: float
    free_ns: float
    each: Time
    total: Time
    basis: Basis


def lives(cells: Sequence[Cell]) -> Lives:
    """Return the lives that some cells tell of; of an area the smaller sizes are those of a single secret file."""
    found: Lives = {}
    for cell in cells:
        size, count = (number(cell, name) for name in ("size", "count"))
        believable = size > 0 < count and size * count <= MOST_BYTES
        if cell.condition.workload != "alloc_latency" or cell.metric not in PHASES or not believable:
            continue
        way = str(cell.condition.get("way"))
        curve, held = ("area", 1) if way == "arena" else (way, count)
        pages = size * (count if way == "arena" else 1) // PAGE_BYTES
        by_phase = found.setdefault(curve, {}).setdefault(pages, {})
        by_phase.setdefault(cell.metric, a_secret(cell, held))
    return with_small_areas(found)


def number(cell: Cell, factor: str) -> int:
    """Return a factor of a cell's condition, 0 where it is no number: a result may come from anybody."""
    value = cell.condition.get(factor)
    return value if isinstance(value, int) else 0


def a_secret(cell: Cell, held: int) -> Blocks:
    """Return the ns that a phase takes each of what is held, by block."""
    share = cell.readings / (len(cell.runs) * held)
    return {block: float(mean) * share for block, mean in zip(cell.blocks, cell.values["mean"], strict=True)}


def with_small_areas(found: Lives) -> Lives:
    """Return lives whose areas reach down to one page: an area with one secret is a secret file; nobody wipes it."""
    files, areas = found.get("file_each", {}), found.get("area", {})
    least = min(areas, default=math.inf)
    whole = {pages: {p: b for p, b in areas[pages].items() if p != "wipe"} for pages in areas}
    return found | {"area": {pages: files[pages] for pages in files if pages < least} | whole}


def cost(found: Lives, way: str, wish: Wish) -> Cost | None:
    """Return what a way costs, None where a size or a way that it rests on was not measured."""
    parts = terms(way, wish)
    total = summed(found, parts, PHASES)
    if not total:
        return None
    each = typical({block: ns / wish.secrets for block, ns in total.items()})
    shares = [share(found, parts, phases, total) * each.value_ns for phases in (MAKE, TOUCH, FREE)]
    exact = all(term.pages in found.get(term.curve, {}) for term in parts)
    basis: Basis = "sum of parts" if len(parts) > 1 else "measured" if exact else "between sizes"
    make, touch, free = shares
    return Cost(make_ns=make, touch_ns=touch, free_ns=free, each=each, total=typical(total), basis=basis)


def share(found: Lives, parts: tuple[Term, ...], phases: tuple[str, ...], total: Blocks) -> float:
    """Return which share of the total, over all its blocks, some phases are."""
    part = summed(found, parts, phases) or {}
    return sum(part.get(block, 0.0) for block in total) / sum(total.values())


def summed(found: Lives, parts: tuple[Term, ...], phases: tuple[str, ...]) -> Blocks | None:
    """Return the sum of some terms' phases by block; None where one was not measured, or no block has all of them."""
    every: list[Blocks] = []
    for term in parts:
        wanted = [phase for phase in term.phases if phase in phases]
        blocks = at(found.get(term.curve, {}), term.pages, wanted)
        if blocks is None:
            return None
        every.append({block: term.times * ns for block, ns in blocks.items()})
    shared = set.intersection(*map(set, every))
    return {block: sum(blocks[block] for blocks in every) for block in sorted(shared)} or None


def at(curve: dict[int, dict[str, Blocks]], pages: int, phases: Collection[str]) -> Blocks | None:
    """Return some phases at so many pages: as measured, or on the line between the sizes beside; None beyond them."""
    if pages in curve:
        return over(curve[pages], phases)
    for below, above in pairwise(sorted(curve)):
        if below < pages < above:
            share, low, high = (pages - below) / (above - below), over(curve[below], phases), over(curve[above], phases)
            return {block: low[block] + share * (high[block] - low[block]) for block in low.keys() & high.keys()}
    return None


def over(by_phase: dict[str, Blocks], phases: Collection[str]) -> Blocks:
    """Return the sum of phases in every block that has all that was measured; one that a way has not takes no time."""
    shared = set.intersection(*map(set, by_phase.values()))
    return {block: sum(by_phase[phase][block] for phase in phases if phase in by_phase) for block in shared}


def typical(blocks: Blocks) -> Time:
    """Return the time of a typical process."""
    values = np.maximum(np.array([blocks[block] for block in sorted(blocks)]), LEAST_NS)
    middle, interval = geometric_interval(values)
    return time(middle, interval.low, interval.high, len(values))


def time(value: float, low: float, high: float, blocks: int) -> Time:
    """Return a time; bounds that are not finite are none."""
    has_bounds = math.isfinite(low) and math.isfinite(high)
    return Time(value_ns=value, low_ns=low if has_bounds else None, high_ns=high if has_bounds else None, blocks=blocks)
