"""Stays: what became of an area of memory, by who kept it and what ended it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.cells import Cell
from analysis.compare import Ratio, compare
from analysis.load import Result, readings
from workloads.lifetime import LIVES, WORKLOAD
from workloads.spec import Condition

COUNTS = (
    "out_while_kept",
    "word_while_kept",
    "readable_after",
    "free_after",
    "counted_while_held",
    "counted_while_kept",
)
SIZES = ("mlocked_held", "mlocked_kept", "unevictable_held", "unevictable_kept")
TIMES = ("entries_back", "pages_free", "back_apart", "free_apart")
SECRET, ORDINARY = "secret", "memfd_locked"


@dataclass(frozen=True, slots=True)
class Stay:
    """The runs of one condition; what was not read is absent.

    `counts`: of each of COUNTS how many readings are 1, and how many there are. `sizes`: of each of SIZES the median,
    in bytes. `times`: the cells of TIMES.
    """

    condition: Condition
    counts: dict[str, tuple[int, int]]
    sizes: dict[str, float]
    times: dict[str, Cell]

    @property
    def life(self) -> str:
        """Return who kept it and what ended it, as the workload names that."""
        return str(self.condition.get("life"))

    @property
    def backing(self) -> str:
        """Return the kind of memory."""
        return str(self.condition.get("backing"))

    @property
    def pages(self) -> int:
        """Return how many pages of 4 KB it had."""
        return int(self.condition.get("pages") or 0)


def stays(result: Result, cells: Sequence[Cell]) -> tuple[Stay, ...]:
    """Return every stay of a result that has readings, by life, size and backing; none of another workload."""
    if all(condition.workload != WORKLOAD.name for condition in result.manifest.experiment.conditions):
        return ()
    runs: dict[Condition, list[dict[str, np.ndarray]]] = {}
    for run, found in readings(result):
        if run.trial.condition.workload == WORKLOAD.name:
            runs.setdefault(run.trial.condition, []).append(dict(found))
    made = (stay(condition, found, cells) for condition, found in runs.items())
    return tuple(sorted(made, key=lambda each: (LIVES.index(each.life), each.pages, each.backing != SECRET)))


def stay(condition: Condition, runs: list[dict[str, np.ndarray]], cells: Sequence[Cell]) -> Stay:
    """Return what the runs of one condition tell."""
    told = {
        name: np.concatenate([run[name] for run in runs if name in run]) for name in {n for run in runs for n in run}
    }
    return Stay(
        condition,
        {name: (int((told[name] == 1).sum()), len(told[name])) for name in COUNTS if name in told},
        {name: float(np.median(told[name])) for name in SIZES if name in told},
        {cell.metric: cell for cell in cells if cell.condition == condition and cell.metric in TIMES},
    )


def usual_pages(found: Sequence[Stay]) -> int:
    """Return the size at which every life was lived: the one that most stays have; 0 where there is none."""
    sizes = [each.pages for each in found]
    return max(sizes, key=sizes.count, default=0)


def partner(found: Sequence[Stay], of: Stay) -> Stay | None:
    """Return the stay of ordinary memory that a stay of secret memory is compared with."""
    same = (s for s in found if (s.life, s.pages, s.backing) == (of.life, of.pages, ORDINARY))
    return next(same, None)


def later(found: Sequence[Stay], of: Stay) -> Ratio | None:
    """Return how many times as long secret pages take to be free as ordinary ones."""
    ordinary = partner(found, of)
    before = ordinary.times.get("pages_free") if ordinary else None
    after = of.times.get("pages_free")
    return compare(before, after, "p50") if before and after else None
