"""Ground: in which pieces the allocator handed out secret pages, as measured; all that the merged model knows of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.course import PAGE_BYTES, Counts, Course
from workloads.spec import Condition

MAPPED_1G = 3


@dataclass(frozen=True, slots=True)
class Pieces:
    """One run: the secret pages that each block of 2 MB gave it, and the size of the block's entry before."""

    condition: Condition
    pages: Counts
    level: Counts


@dataclass(frozen=True, slots=True)
class Ground:
    """Runs on one kind of ground, and the share of given-up pages that somebody else has before they come back."""

    name: str
    runs: tuple[Pieces, ...]
    stray: float = 0.0

    def without(self, condition: Condition) -> Ground:
        """Return it as it is known without the runs of one condition."""
        return Ground(self.name, tuple(run for run in self.runs if run.condition != condition), self.stray)


def ground(name: str, courses: tuple[Course, ...]) -> Ground:
    """Return what runs on one kind of ground tell of it.

    Only runs in one round that held at their end all that they had touched show every block that they had pages of.
    """
    told = tuple(
        Pieces(course.condition, course.of("region_secret_pages"), course.of("region_level_before"))
        for course in courses
        if course.ground == name and not course.is_round and course.stopped_by == "end" and is_all_seen(course)
    )
    return Ground(name, told, stray(courses, "none") or 0.0)


def is_all_seen(course: Course) -> bool:
    """Tell whether the blocks that a run looked at hold all pages that it ever touched."""
    pages = int(course.of("region_secret_pages").sum())
    return 0 < pages == course.last("touched_bytes") // PAGE_BYTES


def stray(courses: tuple[Course, ...], between: str) -> float | None:
    """Return the share of given-up pages that did not come back, by what else used memory; None where not measured.

    From the pages that the kernel has marked after each round: a round whose pages all came back marks none anew. Pages
    that were marked before the run cannot be told, so it is a lower bound.
    """
    rows = [
        np.diff(course.of("round_unglobal_bytes")).sum() / np.diff(course.of("round_touched_bytes")).sum()
        for course in courses
        if course.is_round and course.condition.get("between") == between and len(course.of("round_unglobal_bytes")) > 1
    ]
    return float(np.mean(rows)) if rows else None
