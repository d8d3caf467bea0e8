"""Compare two cells: by how much one is slower, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.cells import Cell
from analysis.stats.interval import Floats, mean_interval

LEAST_NS = 0.5
"""A reading below the clock's tick counts as half a nanosecond."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Treatment over baseline with its interval, and the number of blocks it rests on."""

    value: float
    low: float
    high: float
    blocks: int

    @property
    def detectable(self) -> float:
        """Return the smallest effect that this comparison could have told from none, as a fraction."""
        return float(np.sqrt(self.high / self.low) - 1) if self.low > 0 else np.inf


def compare(
    baseline: Cell,
    treatment: Cell,
    statistic: str,
    confidence: float = 0.95,
    leave_out: frozenset[int] = frozenset(),
    control: tuple[Cell, Cell] | None = None,
) -> Ratio | None:
    """Return the ratio of a statistic, paired block by block; None where the two share no block.

    Each block gives one ratio, of two processes that ran close in time; the estimate is their geometric mean, its
    interval Student's on the logarithms. Drift that lasts longer than a block cancels. `leave_out` names runs (plan
    indices) whose blocks are not used. By how much the second cell of `control` exceeds the first is taken off the
    treatment, block by block.
    """
    ratios = paired(baseline, treatment, statistic, leave_out, control)
    if not len(ratios):
        return None
    interval = mean_interval(ratios, confidence)
    value, low, high = np.exp([ratios.mean(), interval.low, interval.high])
    return Ratio(float(value), float(low), float(high), len(ratios))


def paired(
    baseline: Cell,
    treatment: Cell,
    statistic: str,
    leave_out: frozenset[int] = frozenset(),
    control: tuple[Cell, Cell] | None = None,
) -> Floats:
    """Return the logarithm of each block's ratio, as `compare` takes it, in the order of the blocks."""
    cells = (baseline, treatment, *(control or ()))
    below, above, *controls = (by_block(cell, statistic, leave_out) for cell in cells)
    shared = sorted(below.keys() & above.keys())
    if controls:
        shared = [block for block in shared if all(block in each for each in controls)]
        above = {block: max(above[block] - (controls[1][block] - controls[0][block]), LEAST_NS) for block in shared}
    return np.log([above[block] / below[block] for block in shared], dtype=np.float64)


def by_block(cell: Cell, statistic: str, leave_out: frozenset[int]) -> dict[int, float]:
    """Return a cell's statistic by block."""
    rows = zip(cell.runs, cell.blocks, cell.values[statistic], strict=True)
    return {block: max(float(value), LEAST_NS) for run, block, value in rows if run not in leave_out}
