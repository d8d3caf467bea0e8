"""A sitting: a claim's ratios in the order of the blocks, which should be like draws from one hat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.compare import Ratio
from analysis.stats.allowance import change_of_neighbours, drift_of_neighbours
from analysis.stats.autocorrelation import effective_size
from analysis.stats.difference import Difference
from analysis.stats.interval import Floats
from analysis.steady.trace import RARE

LEAST_BLOCKS = 5


@dataclass(frozen=True, slots=True)
class Sitting:
    """By which factor a claim's ratio rose from the first to the last block, and its step after `changed_after` blocks.

    `worth` is how many independent blocks would tell the ratio as well; `wider` is the ratio with the interval that so
    many would give.
    """

    rise: float
    rise_p: float
    step: float
    step_p: float
    changed_after: int
    worth: float
    wider: Ratio

    @property
    def drifts(self) -> bool:
        """Tell whether there is a trend beyond luck."""
        return self.rise_p < RARE

    @property
    def changes(self) -> bool:
        """Tell whether there is a change of level beyond luck."""
        return self.step_p < RARE


def sitting(ratio: Ratio) -> Sitting | None:
    """Return what became of a ratio from block to block, None where there are too few blocks to see anything."""
    if ratio.blocks < LEAST_BLOCKS:
        return None
    logs: Floats = np.array(ratio.logs)
    drift, change = drift_of_neighbours(logs), change_of_neighbours(logs)
    sides = [float(np.median(side)) for side in (logs[: change.before], logs[change.before :]) if len(side)]
    worth = effective_size(logs)
    return Sitting(
        rise=float(np.exp(drift.slope * (len(logs) - 1))),
        rise_p=drift.p,
        step=float(np.exp(sides[-1] - sides[0])),
        step_p=change.p,
        changed_after=change.before,
        worth=worth,
        wider=widened(ratio, worth),
    )


def widened(ratio: Ratio, worth: float) -> Ratio:
    """Return a ratio with Student's interval as of fewer blocks, at least two."""
    found, left = ratio.difference, max(worth, 2.0)
    error = found.error * np.sqrt(ratio.blocks / left)
    interval = Difference(found.value, error, left - 1, ratio.blocks, ratio.looks).interval(ratio.confidence)
    return replace(ratio, low=float(np.exp(interval.low)), high=float(np.exp(interval.high)))
