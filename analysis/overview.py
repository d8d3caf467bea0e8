"""An overview: what was measured as a pandas frame, a row a condition, to sort and to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.cells import STATISTICS, Cell

if TYPE_CHECKING:
    import pandas as pd


def overview(cells: Sequence[Cell]) -> pd.DataFrame:
    """Return a row a cell: its factors, its metric, how many runs and readings, and its statistics.

    A statistic is that of a typical run, in ns or as counted; of the median there is the 95 % interval, too, not a
    number where there is none. Factors that are the same everywhere are left out.
    """
    import pandas as pd

    told = [{"workload": cell.condition.workload, **dict(cell.condition.factors)} for cell in cells]
    names = dict.fromkeys(name for factors in told for name in factors)
    varied = [name for name in names if len({factors.get(name, "") for factors in told}) > 1]
    factors = ({name: each.get(name, "") for name in varied} for each in told)
    return pd.DataFrame([{**one, **row(cell)} for one, cell in zip(factors, cells, strict=True)])


def row(cell: Cell) -> dict[str, object]:
    """Return what is known of a cell besides its factors."""
    middle = cell.intervals["p50"]
    return {
        "metric": cell.metric,
        "runs": len(cell.runs),
        "readings": cell.readings,
        **{name: cell.typical[name] for name in STATISTICS},
        "p50_low": middle.low,
        "p50_high": middle.high,
    }
