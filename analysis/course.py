"""Courses: what runs of fragmentation read on their way, after each round, and of the blocks that held secret pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.load import Readings, Result, readings
from workloads.spec import Condition

WORKLOAD = "fragmentation"
STEERED = ("steered", "steered_one")
REGION_BYTES, PAGE_BYTES, MIB = 2 << 20, 4096, 1 << 20
MAPPED_4K = 1
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Course:
    """One run: its condition, how it ended (end, budget, share, memory), ballast it took in pages, and its readings."""

    condition: Condition
    stopped_by: str
    plug_pages: int
    by_metric: Readings

    @property
    def use(self) -> str:
        """Return in which pieces the memory was had."""
        return str(self.condition.get("use"))

    @property
    def ground(self) -> str:
        """Return what the free memory was."""
        return str(self.condition.get("ground") or "as_found")

    @property
    def is_round(self) -> bool:
        """Tell whether the memory was had and given up again and again."""
        return int(self.condition.get("rounds") or 1) > 1

    def of(self, metric: str) -> Counts:
        """Return the readings of a metric, none where the machine did not tell."""
        return self.by_metric.get(metric, np.empty(0, dtype=np.int64))

    def last(self, metric: str) -> int:
        """Return the last reading of a metric, 0 where there is none: a steered run reads at its splits alone."""
        found = self.of(metric)
        return int(found[-1]) if len(found) else 0


def courses(result: Result) -> tuple[Course, ...]:
    """Return the courses of a result, in the order of its conditions; none of another workload."""
    if all(condition.workload != WORKLOAD for condition in result.manifest.experiment.conditions):
        return ()
    places = {condition: place for place, condition in enumerate(result.manifest.experiment.conditions)}
    return tuple(sorted(found(result), key=lambda course: places.get(course.condition, len(places))))


def found(result: Result) -> Iterator[Course]:
    """Yield the courses in the order of their runs."""
    for run, by_metric in readings(result):
        if run.trial.condition.workload == WORKLOAD:
            settings = run.native.settings if run.native else {}
            pages = settings.get("plug_pages", 0)
            how = str(settings.get("stopped_by", "end"))
            yield Course(run.trial.condition, how, pages if isinstance(pages, int) else 0, by_metric)


def natural(every: tuple[Course, ...]) -> tuple[Course, ...]:
    """Return the courses of natural use in a single round."""
    return tuple(course for course in every if course.use not in STEERED and not course.is_round)


def grouped(every: tuple[Course, ...]) -> dict[Condition, list[Course]]:
    """Return courses by their condition, in the order in which they come."""
    groups: dict[Condition, list[Course]] = {}
    for course in every:
        groups.setdefault(course.condition, []).append(course)
    return groups


def lasts(group: list[Course], metric: str) -> list[int]:
    """Return the last reading of a metric of each course, in ascending order."""
    return sorted(course.last(metric) for course in group)
