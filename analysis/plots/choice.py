"""Choose cells for a picture: those that differ in the one factor that is drawn and are plain in all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from analysis.cells import Cell
from workloads.spec import FactorValue

PLAIN: dict[str, FactorValue] = {"threads": 1, "others": "idle", "history": "reused"}
CENTRE = ("anonymous_locked", "secret")
"""The two backings that most pictures compare."""


def touches(cells: Sequence[Cell], **varied: FactorValue | None) -> tuple[Cell, ...]:
    """Return the first touches that are plain but for the factors named; None lets a factor be anything.

    A factor that a cell's condition does not set counts as plain; online_cpus must be named to be chosen.
    """
    wanted: dict[str, FactorValue | None] = {**PLAIN, "online_cpus": 0, **varied}
    return tuple(cell for cell in cells if cell.metric == "first_touch" and fits(cell, wanted))


def fits(cell: Cell, wanted: dict[str, FactorValue | None]) -> bool:
    """Tell whether a cell is of first touches of one page each, with the wanted factors."""
    if cell.condition.workload != "fault_latency":
        return False
    return all(factor(cell, name) == value for name, value in wanted.items() if value is not None)


def factor(cell: Cell, name: str) -> FactorValue:
    """Return a factor of a cell, its plain value where the condition leaves it out, 0 where it has none."""
    given = cell.condition.get(name)
    return given if given is not None else PLAIN.get(name, 0)


def backings(cells: Sequence[Cell], **varied: FactorValue | None) -> dict[str, Cell]:
    """Return one cell of first touches a backing: the one with the most pages where there are several."""
    found: dict[str, Cell] = {}
    for cell in sorted(touches(cells, **varied), key=pages):
        found[backing(cell)] = cell
    order = dict.fromkeys(backing(cell) for cell in cells)
    return {name: found[name] for name in order if name in found}


def varied(cells: Sequence[Cell], name: str) -> tuple[Cell, ...]:
    """Return the cells in which one factor takes several values with all else alike, backing by backing.

    Cells of a number of pages at which the factor never changes are left out: they are another picture's.
    """
    values: dict[tuple[str, int], set[FactorValue]] = defaultdict(set)
    candidates = touches(cells, **{name: None})
    for cell in candidates:
        values[backing(cell), pages(cell)].add(factor(cell, name))
    several = {key for key, found in values.items() if len(found) > 1}
    chosen = [cell for cell in candidates if (backing(cell), pages(cell)) in several]
    return tuple(cell for each in CENTRE for cell in chosen if backing(cell) == each)


def backing(cell: Cell) -> str:
    """Return the backing of a cell."""
    return str(factor(cell, "backing"))


def pages(cell: Cell) -> int:
    """Return how many pages a cell's runs touched."""
    return int(factor(cell, "pages"))
