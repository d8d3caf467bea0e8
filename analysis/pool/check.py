"""The check: what the merged model says of each use that it was not told of, against what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from analysis.course import Counts, Course, grouped, natural
from analysis.pool.ground import ground, is_all_seen
from analysis.pool.merged import replay
from analysis.pool.recorded import recorded
from analysis.stats.interval import Floats

QUANTITIES = ("splits", "blocks", "table_blocks")
MEANS = 2000
LEAST = 2
"""Runs of a use, and uses of a ground, of which anything is said."""
MOST_SPREAD = 10
"""How many times the low end of a sum's range its high end may be."""


@dataclass(frozen=True, slots=True)
class Check:
    """One use on one ground, or all of them: the mean of its runs, and means of as many replays (`predicted`)."""

    use: str
    ground: str
    quantity: str
    runs: int
    measured: float
    predicted: Floats

    @property
    def range(self) -> tuple[float, float]:
        """Return where the model has 95 of 100 such means."""
        low, high = np.quantile(self.predicted, (0.025, 0.975)).tolist()
        return low, high

    @property
    def holds(self) -> bool:
        """Tell whether the measured mean is in that range."""
        low, high = self.range
        return low <= self.measured <= high


@dataclass(frozen=True, slots=True)
class Trial:
    """The checks of one quantity on one ground, and the sum of all."""

    checks: tuple[Check, ...]
    total: Check

    @property
    def failed(self) -> int:
        """Return how many uses are not as the model says."""
        return [check.holds for check in self.checks].count(False)

    @property
    def is_passed(self) -> bool:
        """Tell whether the model may be used: see docs/methodology.md, "The pools that were not merged"."""
        return not self.reason

    @property
    def reason(self) -> str:
        """Return why it may not be used, "" where it may.

        No more uses are to fail than 19 of 20 right models would have fail; the sum is to hold; and it is to be
        foretold within a factor: a model that allows for anything has not been checked.
        """
        low, high = self.total.range
        failing = {
            "too few uses were measured": len(self.checks) < LEAST,
            f"{self.failed} of {len(self.checks)} uses are not as it says": self.failed
            > binom.ppf(0.95, len(self.checks), 0.05),
            "the sum of all uses is not as it says": not self.total.holds,
            "it leaves too much open": high > MOST_SPREAD * low,
        }
        return next((why for why, fails in failing.items() if fails), "")


def trials(every: tuple[Course, ...]) -> dict[tuple[str, str], Trial]:
    """Return the trials by ground and quantity: each natural use is foretold from the runs of the others."""
    found = [check for group in grouped(natural(every)).values() for check in of_use(group, every)]
    keys = dict.fromkeys((check.ground, check.quantity) for check in found)
    return {key: together([check for check in found if (check.ground, check.quantity) == key]) for key in keys}


def together(found: Sequence[Check]) -> Trial:
    """Return checks of one quantity on one ground with their sum."""
    predicted = np.sum([check.predicted for check in found], axis=0)
    measured, runs = sum(check.measured for check in found), sum(check.runs for check in found)
    return Trial(tuple(found), Check("all", found[0].ground, found[0].quantity, runs, measured, predicted))


def of_use(group: list[Course], every: tuple[Course, ...]) -> Iterator[Check]:
    """Yield the checks of one use."""
    whole = [course for course in group if course.stopped_by == "end"]
    trace = recorded(whole[0]) if len(whole) >= LEAST else None
    known = ground(group[0].ground, every).without(group[0].condition)
    if trace is None or len(known.runs) < LEAST:
        return
    replays = replay(trace, known, seed=1)
    for place, quantity in enumerate(QUANTITIES):
        values = [value for course in whole if (value := read(course, quantity)) is not None]
        if len(values) >= LEAST:
            means = of_means(getattr(replays, quantity), len(values), place)
            yield Check(trace.title, known.name, quantity, len(values), float(np.mean(values)), means)


def read(course: Course, quantity: str) -> int | None:
    """Return what a run read of a quantity, None where it could not see it."""
    if quantity == "splits":
        return course.last("level2_splits")
    if quantity == "blocks":
        return len(course.of("region_secret_pages")) if is_all_seen(course) else None
    return course.last("round_table_blocks") if len(course.of("round_table_blocks")) else None


def of_means(replays: Counts, runs: int, seed: int) -> Floats:
    """Return means of as many replays as there are runs."""
    drawn = np.random.default_rng(seed).integers(len(replays), size=(MEANS, runs))
    means: Floats = replays[drawn].mean(axis=1)
    return means
