"""Cells: everything that was measured alike, one condition and one metric, with what can be said of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from analysis.load import Result, readings
from analysis.stats.interval import Floats, Interval, geometric_interval
from bench.model.experiment import Experiment
from workloads.catalog import find, units
from workloads.spec import Condition

SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999}
STATISTICS = ("p50", "p90", "p99", "p99.9", "mean")
LEAST_NS = 0.5
"""What a run gave counts as at least half a nanosecond, the tick of a clock, or half a count: 0 has no logarithm."""
ECDF_SHARES: Floats = np.concatenate([np.linspace(0, 0.99, 199), 1 - np.logspace(-2, -4, 41)])
"""The shares at which a cell's distribution is kept for drawing."""
Key = tuple[Condition, str]
NS = {"ns": np.float64(1), "ps": np.float64(1e-3)}
"""The units that are times, in ns; what is counted has a cell only where a claim is about it."""
Samples = list[Floats]


@dataclass(frozen=True, slots=True)
class Cell:
    """One condition and metric: its runs (plan indices) and their blocks, and its readings in ns, or as counted.

    `values` holds each statistic run by run, `typical` that of a typical run (the geometric mean of the runs' own),
    `intervals` how far that may be off, for the run is what is replicated; `quantiles` all readings at ECDF_SHARES.
    At each of `looks` the data could have ended the run: intervals allow for it.
    """

    condition: Condition
    metric: str
    runs: tuple[int, ...]
    blocks: tuple[int, ...]
    readings: int
    values: dict[str, Floats]
    typical: dict[str, float]
    intervals: dict[str, Interval]
    quantiles: Floats
    looks: int = 1

    @property
    def is_time(self) -> bool:
        """Tell whether the readings are times."""
        return units(self.condition.workload).get(self.metric, "ns") in NS


def cells(result: Result) -> tuple[Cell, ...]:
    """Return a result's cells, in the order of its conditions; runs that did not succeed are in none.

    They are of times, and of counts that claims are about; of timelines, whose windows are many, only of what claims
    compare.
    """
    claims = result.manifest.experiment.claims
    claimed = {(c.baseline, c.baseline_metric or c.metric) for c in claims} | {(c.treatment, c.metric) for c in claims}
    counted = {metric for _, metric in claimed}
    gathered: dict[Key, tuple[list[int], list[int], Samples]] = defaultdict(lambda: ([], [], []))
    for run, by_metric in readings(result):
        for metric, values in by_metric.items():
            key = run.trial.condition, metric
            scale = scale_of(*key, claimed=key in claimed, counted=metric in counted)
            if scale is None:
                continue
            runs, blocks, samples = gathered[run.trial.condition, metric]
            runs.append(run.trial.index)
            blocks.append(run.trial.block)
            samples.append(np.sort(values) * scale)
    places = {condition: place for place, condition in enumerate(result.manifest.experiment.conditions)}
    ordered = sorted(gathered, key=lambda key: places.get(key[0], len(places)))
    looks = look_count(result.manifest.experiment)
    return tuple(make_cell(key, *gathered[key], looks) for key in ordered)


def look_count(experiment: Experiment) -> int:
    """Return at how many moments the data could have ended a run; 1 where its number of blocks was fixed."""
    return len(experiment.until.looks) if experiment.until else 1


def scale_of(condition: Condition, metric: str, *, claimed: bool, counted: bool) -> np.float64 | None:
    """Return what readings are multiplied by, None where they get no cell.

    `counted`: a claim is about the metric, though not of this condition.
    """
    unit = units(condition.workload).get(metric, "ns")
    if claimed:
        return NS.get(unit, np.float64(1))
    if find(condition.workload).timeline:
        return None
    return NS.get(unit, np.float64(1) if counted else None)


def make_cell(key: Key, runs: list[int], blocks: list[int], samples: Samples, looks: int = 1) -> Cell:
    """Return the cell of some runs' sorted readings."""
    condition, metric = key
    values = {name: np.array([statistic(ns, name) for ns in samples]) for name in STATISTICS}
    found = {name: geometric_interval(np.maximum(each, LEAST_NS), looks=looks) for name, each in values.items()}
    whole = np.sort(np.concatenate(samples))  # the vector instructions of numpy's sort beat a merge of sorted stretches
    return Cell(
        condition=condition,
        metric=metric,
        runs=tuple(runs),
        blocks=tuple(blocks),
        readings=len(whole),
        values=values,
        typical={name: middle for name, (middle, _) in found.items()},
        intervals={name: interval for name, (_, interval) in found.items()},
        quantiles=whole[np.maximum(np.ceil(ECDF_SHARES * len(whole)).astype(np.int64) - 1, 0)],
        looks=looks,
    )


def statistic(ordered: Floats, name: str) -> float:
    """Return one statistic of sorted readings in ns."""
    return float(ordered.mean()) if name == "mean" else at(ordered, SHARES[name])


def at(ordered: Floats, share: float) -> float:
    """Return a quantile of sorted readings: one of them, the smallest that a share of all does not exceed."""
    return float(ordered[max(int(np.ceil(share * len(ordered))) - 1, 0)])
