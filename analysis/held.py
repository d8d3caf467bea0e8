"""Held memory: in how many blocks of 2 MB it lay, and what the kernel did while a neighbour asked beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.load import Readings, Result, readings
from workloads.memory_neighbour import HOLDERS, QUESTIONS, WORKLOAD
from workloads.spec import Condition

BLOCK_BYTES = 2 << 20
COUNTS = ("compact_stall", "compact_fail", "pgmigrate_success", "workingset_refault_file")
"""Rows of /proc/vmstat that are told; the result has more of them."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The runs of one condition: what they held in bytes, and means of the blocks that it lay in and of COUNTS.

    A mean is None where no run told the count, as the blocks of those that hold nothing.
    """

    condition: Condition
    runs: int
    held_bytes: int
    blocks: float | None
    counts: dict[str, float | None]

    @property
    def holder(self) -> str:
        """Return what was held."""
        return str(self.condition.get("holder"))

    @property
    def spread(self) -> float | None:
        """Return in how many times as many blocks it lay as would do; None where nothing was held or told."""
        return self.blocks / -(-self.held_bytes // BLOCK_BYTES) if self.blocks and self.held_bytes else None

    @property
    def setting(self) -> tuple[str, int, str]:
        """Return the question, the share of memory per mille, and where it was placed or charged."""
        where = str(self.condition.get("placement") or self.condition.get("charge"))
        return str(self.condition.get("question")), int(self.condition.get("share") or 0), where


def holdings(result: Result) -> tuple[Holding, ...]:
    """Return a result's holdings, by question, share and place, and then by what is held; none of another workload."""
    if all(condition.workload != WORKLOAD.name for condition in result.manifest.experiment.conditions):
        return ()
    runs: dict[Condition, list[Readings]] = {}
    for run, found in readings(result):
        if run.trial.condition.workload == WORKLOAD.name:
            runs.setdefault(run.trial.condition, []).append(found)
    return tuple(sorted((holding(*each) for each in runs.items()), key=place))


def place(of: Holding) -> tuple[int, int, str, int]:
    """Return the place of a holding in their order."""
    question, share, where = of.setting
    return QUESTIONS.index(question), share, where, HOLDERS.index(of.holder)


def holding(condition: Condition, runs: list[Readings]) -> Holding:
    """Return what the runs of one condition tell."""
    return Holding(
        condition,
        len(runs),
        round(mean(runs, "held_bytes") or 0),
        mean(runs, "held_blocks"),
        {name: mean(runs, name) for name in COUNTS},
    )


def mean(runs: list[Readings], metric: str) -> float | None:
    """Return the mean over the runs that told a metric."""
    told = list(told_by(runs, metric))
    return float(np.mean(told)) if told else None


def told_by(runs: list[Readings], metric: str) -> Iterator[float]:
    """Yield what each run says."""
    for found in runs:
        if metric in found:
            yield float(found[metric].mean())
