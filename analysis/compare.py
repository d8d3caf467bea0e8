"""Compare two cells: by how much one is slower, how sure that is, and what could have been seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.cells import LEAST_NS, Cell
from analysis.stats.detectable import detectable
from analysis.stats.difference import Difference, less_control, of_blocks
from analysis.stats.interval import Floats
from analysis.stats.sequential import at_each_look


@dataclass(frozen=True, slots=True)
class Ratio:
    """Treatment over baseline with its interval, and the number of blocks it rests on.

    `logs` holds the logarithm of each block's ratio, in the order of the blocks. At each of `looks` the data could have
    ended the run, which the interval allows for.
    """

    value: float
    low: float
    high: float
    blocks: int
    confidence: float = 0.95
    logs: tuple[float, ...] = ()
    looks: int = 1

    @property
    def detectable(self) -> float:
        """Return the smallest true effect, a fraction, that would have been told from none in four runs of five."""
        spread = float(np.std(self.logs, ddof=1)) if len(self.logs) > 1 else np.inf
        return float(np.expm1(min(detectable(spread, self.blocks, at_each_look(self.confidence, self.looks)), 700.0)))

    @property
    def difference(self) -> Difference:
        """Return the mean of the blocks' logarithms, which tests are made of."""
        return of_blocks(np.array(self.logs, dtype=np.float64), self.looks)


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
    logs = paired(baseline, treatment, statistic, leave_out, control)
    return ratio_of(logs, confidence, baseline.looks) if len(logs) else None


def paired(
    baseline: Cell,
    treatment: Cell,
    statistic: str,
    leave_out: frozenset[int] = frozenset(),
    control: tuple[Cell, Cell] | None = None,
) -> Floats:
    """Return the logarithm of each block's ratio, as `compare` takes it, in the order of the blocks."""
    cells = (baseline, treatment, *(control or ()))
    values = [by_block(cell, statistic, leave_out) for cell in cells]
    shared = sorted(set.intersection(*(set(each) for each in values)))
    below, above, *controls = (np.array([each[block] for block in shared], dtype=np.float64) for each in values)
    if controls:
        above = np.maximum(less_control(above, *controls), LEAST_NS)
    logs: Floats = np.log(above / below)
    return logs


def ratio_of(logs: Floats, confidence: float, looks: int = 1) -> Ratio:
    """Return the ratio whose logarithms, one a block, are given."""
    found = of_blocks(logs, looks).interval(confidence)
    value, low, high = np.exp([logs.mean(), found.low, found.high]).tolist()
    return Ratio(value, low, high, len(logs), confidence, tuple(logs.tolist()), looks)


def by_block(cell: Cell, statistic: str, leave_out: frozenset[int]) -> dict[int, float]:
    """Return a cell's statistic by block."""
    rows = zip(cell.runs, cell.blocks, cell.values[statistic], strict=True)
    return {block: max(float(value), LEAST_NS) for run, block, value in rows if run not in leave_out}
