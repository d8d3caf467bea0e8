"""The ordinary churn: what a victim gets done, in the same block, beside as many pages that are not secret."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.neighbour.window import Dose, Window
from analysis.stats.interval import Floats
from analysis.stats.sequential import at_each_look
from workloads.neighbour_throughput import AGGRESSORS, VICTIMS
from workloads.spec import Condition

ORDINARY = "memfd_locked"
"""Memory that differs from secret memory in the direct map alone: a file in memory, locked."""
BUSY = "spin"
"""What stands for no pages at all: the aggressor's CPU is busy, as in every other condition."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The windows of one victim, in one place: block by block, each dose once.

    At each of `looks` the data could have ended the run; `confidence` is what intervals of it need.
    """

    place: Condition
    victim: str
    blocks: tuple[dict[Dose, Window], ...]
    looks: int = 1

    @property
    def confidence(self) -> float:
        """Return the confidence with which intervals are made."""
        return at_each_look(0.95, self.looks)

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Return every dose that was made in some block: by aggressor in the order of the workload, then by rate."""
        found = {dose for block in self.blocks for dose in block}
        return tuple(sorted(found, key=lambda d: (rank(AGGRESSORS, d.aggressor), rate_key(d), d.copy)))

    @property
    def processes(self) -> int:
        """Return how many processes there were of the victim."""
        return max((window.processes for block in self.blocks for window in block.values()), default=0)

    def recorded(self, dose: Dose) -> float:
        """Return the pages a second that a dose really was, on average over blocks."""
        rates = [block[dose].pages_a_s for block in self.blocks if dose in block]
        return float(np.mean(rates)) if rates else np.nan


def rate_key(dose: Dose) -> float:
    """Return a dose's rate as a number that orders it."""
    return float(dose.rate) if isinstance(dose.rate, int) else np.inf


def scenes(windows: Sequence[Window], looks: int = 1) -> tuple[Scene, ...]:
    """Return the scenes of some windows, by victim in the order of the workload: blocks draw theirs by lot."""
    found: dict[tuple[Condition, str], dict[int, dict[Dose, Window]]] = defaultdict(lambda: defaultdict(dict))
    for window in windows:
        found[window.place, window.victim][window.block][window.dose] = window
    return tuple(
        Scene(place, victim, tuple(blocks[number] for number in sorted(blocks)), looks)
        for (place, victim), blocks in sorted(found.items(), key=lambda item: rank(VICTIMS, item[0][1]))
    )


def rank(names: Sequence[str], name: str) -> tuple[int, str]:
    """Return what orders a name: its place among names, behind them by the alphabet."""
    return (names.index(name) if name in names else len(names), name)


def expected(block: dict[Dose, Window], pages_a_s: float, metric: str) -> float:
    """Return what a victim would have had in a block beside so many ordinary pages a second.

    Straight between the doses of ordinary churn that were recorded, from the busy aggressor without pages (the mean of
    its copies) to the highest; beyond that the highest. Not a number where the block has none of them.
    """
    idle = [window.value(metric) for dose, window in block.items() if dose.aggressor == BUSY]
    churn = [(w.pages_a_s, w.value(metric)) for dose, w in block.items() if dose.aggressor == ORDINARY]
    points = sorted([*([(0.0, float(np.mean(idle)))] if idle else []), *churn])
    if not points:
        return np.nan
    rates, values = np.array(points).T
    return float(np.interp(pages_a_s, rates, values))


def quiet(block: dict[Dose, Window], but: Dose, metric: str) -> float:
    """Return what a victim had in a block beside the busy aggressor, leaving one dose out; else not a number."""
    idle = [window.value(metric) for dose, window in block.items() if dose.aggressor == BUSY and dose != but]
    return float(np.mean(idle)) if idle else np.nan


def against(block: dict[Dose, Window], dose: Dose, metric: str) -> float:
    """Return what a dose is to be compared with in a block: ordinary churn at the rate that was recorded.

    Ordinary churn itself, and whatever makes no pages, is compared with the busy aggressor.
    """
    window = block[dose]
    if dose.aggressor in (ORDINARY, BUSY) or not window.pages_a_s:
        return quiet(block, dose, metric)
    return expected(block, window.pages_a_s, metric)


def logs(scene: Scene, dose: Dose, metric: str) -> Floats:
    """Return the logarithm of a dose's ratio to what it is compared with, for each block that has both."""
    pairs = [(block[dose].value(metric), against(block, dose, metric)) for block in scene.blocks if dose in block]
    found: Floats = np.log([above / below for above, below in pairs if above > 0 and below > 0])
    return found[np.isfinite(found)]
