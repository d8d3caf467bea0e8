"""A window: what one victim got done in one run, beside what, and how often it was interrupted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.load import Readings, Result, readings
from bench.model.run import Native, Run
from workloads.catalog import find
from workloads.spec import Condition, FactorValue

WORKLOAD = "neighbour_throughput"
NS_A_S = 1e9
QUANTILES = ("latency_p50", "latency_p99", "latency_p99_9", "latency_worst")
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, order=True)
class Dose:
    """What the aggressors were asked to do: a copy tells doses apart that are alike."""

    aggressor: str
    rate: FactorValue
    copy: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """One run, as far as one kind of victim goes; what is not known is not a number.

    `place` is what its timeline's windows have in common, `operations` the count of all its processes in each bucket,
    `pages_a_s` the pages that the aggressors made a second, as recorded. Of several processes `latency_ns` holds the
    mean of each quantile, and the worst of all; `interrupts` is how often the victims' CPUs were interrupted a second,
    by kind of interrupt, and `watched_pages_a_s` the pages made between the same two looks at the counters.
    """

    place: Condition
    victim: str
    processes: int
    dose: Dose
    block: int
    index: int
    begin_s: float
    bucket_s: float
    operations: Counts
    pages_a_s: float
    latency_ns: dict[str, float]
    interrupts: dict[str, float]
    watched_pages_a_s: float

    @property
    def operations_a_s(self) -> float:
        """Return the operations a second; half an operation in all where there was none, so that it has a logarithm."""
        counted = len(self.operations)
        return max(float(self.operations.sum()), 0.5) / (counted * self.bucket_s) if counted else np.nan

    def value(self, metric: str) -> float:
        """Return the throughput, or a quantile of the latency in ns."""
        return self.operations_a_s if metric == "operations" else self.latency_ns.get(metric, np.nan)


@lru_cache(maxsize=1)
def windows(result: Result) -> tuple[Window, ...]:
    """Return the windows of a result in the order in which they were made, one for each kind of victim of a run.

    Those of the last result are kept: four figures and two chapters ask for them.
    """
    if all(condition.workload != WORKLOAD for condition in result.manifest.experiment.conditions):
        return ()
    made = (pair for pair in readings(result) if pair[0].trial.condition.workload == WORKLOAD)
    return tuple(window for run, found in made for window in of_run(run, found))


def of_run(run: Run, found: Readings) -> Iterator[Window]:
    """Yield the windows of one run."""
    condition, workload = run.trial.condition, find(WORKLOAD)
    kinds = str(workload.value(condition, "victim")).split("+")
    bucket_s = int(workload.value(condition, "bucket_ms")) / 1e3
    by_thread = {metric: apart(run, metric, values) for metric, values in found.items()}
    victims = by_thread.get("operations", [])
    for kind in dict.fromkeys(kinds):
        mine = [n for n in range(len(victims)) if kinds[n % len(kinds)] == kind]
        if not mine:
            continue
        yield Window(
            place=workload.common(condition),
            victim=kind,
            processes=len(mine),
            dose=dose(condition),
            block=run.trial.block,
            index=run.trial.index,
            begin_s=begin_s(run),
            bucket_s=bucket_s,
            operations=np.sum([victims[n] for n in mine], axis=0),
            pages_a_s=pages_a_s(by_thread.get("pages", []), bucket_s),
            latency_ns={name: latency(by_thread[name], mine, name) for name in QUANTILES if name in by_thread},
            interrupts=interrupts(run.native),
            watched_pages_a_s=watched_pages_a_s(run.native),
        )


def apart(run: Run, metric: str, values: Counts) -> list[Counts]:
    """Return a metric's readings process by process; they lie one behind the other."""
    counts = [series.count for series in run.samples.series if series.metric == metric] if run.samples else []
    return np.split(values, np.cumsum(counts)[:-1])


def dose(condition: Condition) -> Dose:
    """Return the dose of a condition."""
    aggressor, rate, copy = (find(WORKLOAD).value(condition, name) for name in ("aggressor", "rate", "copy"))
    return Dose(str(aggressor), rate, int(copy))


def begin_s(run: Run) -> float:
    """Return when the counted part of a window began, from that of the first window of its timeline."""
    began = run.native.settings.get("window_begin_ns", 0) if run.native else 0
    return int(began) / NS_A_S


def pages_a_s(by_thread: list[Counts], bucket_s: float) -> float:
    """Return the pages that all aggressors made a second."""
    return sum(float(pages.sum()) / (len(pages) * bucket_s) for pages in by_thread if len(pages))


def latency(by_thread: list[Counts], mine: list[int], name: str) -> float:
    """Return a quantile of some processes: their mean, of the worst the worst."""
    values = [float(by_thread[n][0]) for n in mine if n < len(by_thread) and len(by_thread[n])]
    if not values:
        return np.nan
    return max(values) if name == "latency_worst" else float(np.mean(values))


def interrupts(native: Native | None) -> dict[str, float]:
    """Return the interrupts a second of the victims' CPUs, by kind; none where they were not counted."""
    if native is None:
        return {}
    cpus = re.findall(r"\d+", str(native.settings.get("victim_cpus", "")))
    seconds = length_s(native)
    found = {kind: [rise(native, f"{kind}_cpu{cpu}") for cpu in cpus] for kind in ("cal", "tlb")}
    known = {kind: [each for each in rises if each is not None] for kind, rises in found.items()}
    return {kind: sum(rises) / seconds for kind, rises in known.items() if rises and seconds > 0}


def length_s(native: Native) -> float:
    """Return the length of a window's counted part, 0 where it was not told."""
    begin, end = (int(native.settings.get(f"window_{edge}_ns", 0)) for edge in ("begin", "end"))
    return (end - begin) / NS_A_S


def watched_pages_a_s(native: Native | None) -> float:
    """Return the pages that were made between the looks at the counters, a second of the counted part."""
    made, seconds = (rise(native, "pages_made"), length_s(native)) if native else (None, 0.0)
    return made / seconds if made is not None and seconds > 0 else np.nan


def rise(native: Native, name: str) -> int | None:
    """Return by how much a counter rose, None where it was not counted."""
    before, after = native.before.get(name), native.after.get(name)
    return None if before is None or after is None else after - before
