"""Traces: the readings of single runs in the order in which they were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.cells import statistic
from analysis.load import Result, readings
from analysis.stats.allowance import change_of_neighbours, drift_of_neighbours
from analysis.stats.autocorrelation import effective_size
from analysis.stats.interval import Floats
from bench.model.run import Run
from workloads.spec import Condition

LEAST, STEPS = 12, 48
"""Fewer readings than LEAST show no course; more than STEPS are looked at as the medians of so many stretches."""
RARE = 0.01
"""A run is said to drift, or to change its level, where luck alone would do so in one of a hundred."""
Key = tuple[Condition, str]
Wanted = Mapping[Key, frozenset[str]]
"""The statistics that claims ask of a condition's metric."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One run's readings of one metric: how they rose from the first to the last, and where their level changed.

    `rise` and `step` are shares of the run's median; `changed_at` is the place of the step, a share of the readings.
    `worth` is how many independent readings would tell the mean as well. `halves` holds statistics of the first and of
    the second half of the readings.
    """

    run: int
    readings: int
    rise: float
    rise_p: float
    step: float
    step_p: float
    changed_at: float
    worth: float
    halves: Mapping[str, tuple[float, float]]

    @property
    def drifts(self) -> bool:
        """Tell whether there is a trend beyond luck."""
        return self.rise_p < RARE

    @property
    def changes(self) -> bool:
        """Tell whether there is a change of level beyond luck."""
        return self.step_p < RARE

    @property
    def moves(self) -> bool:
        """Tell whether there is either."""
        return self.drifts or self.changes


def traces(result: Result, wanted: Wanted) -> dict[Key, tuple[Trace, ...]]:
    """Return the traces of every run with enough readings of what is wanted, in the order of the plan.

    Raises LabError where the samples cannot be read.
    """
    metrics = frozenset(metric for _, metric in wanted)
    found: dict[Key, list[Trace]] = {key: [] for key in wanted}
    for run, by_metric in readings(result) if wanted else ():
        for metric in metrics & by_metric.keys():
            key = run.trial.condition, metric
            if key in wanted and len(by_metric[metric]) >= LEAST:
                found[key].append(trace(run.trial.index, threads(run, metric, by_metric[metric]), wanted[key]))
    return {key: tuple(each) for key, each in found.items()}


def threads(run: Run, metric: str, values: NDArray[np.int64]) -> list[Floats]:
    """Return a run's readings thread by thread: those of several threads have no common order."""
    counts = [series.count for series in run.samples.series if series.metric == metric] if run.samples else []
    return np.split(values.astype(np.float64), np.cumsum(counts)[:-1])


def trace(index: int, parts: list[Floats], statistics: frozenset[str]) -> Trace:
    """Return the trace of a run; its threads' stretches are put side by side."""
    steps = min(STEPS, *(len(part) for part in parts))
    course = np.mean([stretches(part, steps) for part in parts], axis=0)
    middle = float(np.median(course)) or 1.0
    drift, change = drift_of_neighbours(course), change_of_neighbours(course)
    levels = [float(np.median(side)) for side in (course[: change.before], course[change.before :]) if len(side)]
    firsts, seconds = (np.sort(np.concatenate(half)) for half in zip(*map(halves, parts), strict=True))
    return Trace(
        run=index,
        readings=sum(map(len, parts)),
        rise=drift.slope * (len(course) - 1) / middle,
        rise_p=drift.p,
        step=(levels[-1] - levels[0]) / middle,
        step_p=change.p,
        changed_at=change.before / len(course),
        worth=sum(map(effective_size, parts)),
        halves={name: (statistic(firsts, name), statistic(seconds, name)) for name in statistics},
    )


def stretches(values: Floats, count: int) -> Floats:
    """Return the medians of so many stretches of values, which are as long as each other to one reading."""
    length, longer = divmod(len(values), count)
    edge = longer * (length + 1)
    rows = (values[:edge].reshape(longer, length + 1), values[edge:].reshape(count - longer, length))
    return np.concatenate([np.median(row, axis=1) for row in rows if len(row)])


def halves(values: Floats) -> tuple[Floats, Floats]:
    """Return the first and the second half of values, the one in the middle in the second."""
    return values[: len(values) // 2], values[len(values) // 2 :]
