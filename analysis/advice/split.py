"""Splits: how many regions of 2 MB of the kernel's map secret pages turn to 4 KB: at best, as it comes, at worst."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.advice.layout import TABLE_PAGES
from analysis.advice.time import Time, time
from analysis.advice.wish import PAGE_BYTES
from analysis.cells import Cell
from analysis.course import MIB, STEERED, Course, natural
from analysis.stats.block import mean_of_blocks
from bench.model.record import Record


class Rate(Record):
    """Regions split a MB of secret memory in natural use: over all runs, and in the run with the fewest and the most.

    `ground`: memory as it was found, or after the free pieces that had been split before were used up. A run that the
    budget ended counts in the first figure alone: after a page or two it has no rate of its own.
    """

    ground: str
    a_mib: float
    least: float
    most: float
    runs: int


class Steered(Record):
    """The most that somebody who steers where pages come from reached: regions split, with so few pages held."""

    regions: int
    pages: int


class Splits(Record):
    """What so many secret pages split: nothing, where they come from memory that was secret before; packed; each apart.

    `natural` are the regions by ground that the rates amount to, with those of the runs that split least and most.
    """

    packed_regions: int
    worst_regions: int
    natural: dict[str, tuple[float, float, float]]

    @property
    def worst_table_bytes(self) -> int:
        """Return the page tables of the kernel's map that the worst case makes; one split makes one table."""
        return self.worst_regions * PAGE_BYTES


def rates(found: tuple[Course, ...]) -> tuple[Rate, ...]:
    """Return the rates of natural use on either ground; runs hang together, so there is a range and no interval."""
    groups: dict[str, list[Course]] = {}
    for course in natural(found):
        if course.last("touched_bytes"):
            groups.setdefault(course.ground, []).append(course)
    return tuple(rate(ground, group) for ground, group in groups.items())


def rate(ground: str, group: list[Course]) -> Rate:
    """Return the rate of some runs."""
    through = [course for course in group if course.stopped_by == "end"]
    single = [a_mib([course]) for course in through or group]
    return Rate(ground=ground, a_mib=a_mib(group), least=min(single), most=max(single), runs=len(group))


def a_mib(group: list[Course]) -> float:
    """Return regions split a MB touched, over some runs."""
    splits, touched = (sum(course.last(what) for course in group) for what in ("level2_splits", "touched_bytes"))
    return splits / (touched / MIB)


def steered(found: tuple[Course, ...]) -> Steered | None:
    """Return the farthest that steering got in a run, and the fewest pages with which it did; None without any."""
    every = [(course.last("level2_splits"), -course.last("peak_bytes")) for course in found if course.use in STEERED]
    if not every:
        return None
    regions, held_bytes = max(every)
    return Steered(regions=regions, pages=-held_bytes // PAGE_BYTES)


def splits(pages: int, found: Sequence[Rate]) -> Splits:
    """Return what so many secret pages split; no page splits more than the one region that it lies in."""
    mib = pages * PAGE_BYTES / MIB
    natural = {
        each.ground: tuple(min(rate * mib, float(pages)) for rate in (each.a_mib, each.least, each.most))
        for each in found
    }
    return Splits(
        packed_regions=-(-pages // TABLE_PAGES),
        worst_regions=pages,
        natural={ground: (value, low, high) for ground, (value, low, high) in natural.items()},
    )


def split_time(cells: Sequence[Cell]) -> Time | None:
    """Return what a split of a 2 MB entry adds to the touch that has it made, None where it was not measured.

    The mean of such touches less that of others in the same process, over processes that had both.
    """
    found = {
        cell.metric: dict(zip(cell.blocks, cell.values["mean"], strict=True))
        for cell in cells
        if cell.condition.get("history") == "fresh"
    }
    cold, warm = (found.get(f"touch_split_{what}", {}) for what in ("2m", "nothing"))
    more = [cold[block] - warm[block] for block in sorted(cold.keys() & warm.keys())]
    if not more:
        return None
    middle = mean_of_blocks(np.array(more))
    return time(middle.value, middle.low, middle.high, middle.blocks)
