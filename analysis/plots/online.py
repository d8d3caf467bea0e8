"""Latency by the number of CPUs that are online."""

from __future__ import annotations

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots.choice import backing, factor, varied
from analysis.plots.dots import Dot, figure
from analysis.plots.figure import Figure
from analysis.plots.palette import backing_colour, backing_name

TITLE = "How many CPUs are online"
DESCRIPTION = "Time of one first touch, for each number of CPUs that the machine has online."


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the latency by online CPUs; None where their number never changed."""
    rows = [dot(cell) for cell in varied(cells, "online_cpus")]
    return figure("online", TITLE, DESCRIPTION, rows, "time of one touch") if rows else None


def dot(cell: Cell) -> Dot:
    """Return a cell's row."""
    online = factor(cell, "online_cpus")
    return Dot(f"{backing_name(backing(cell))}, {online} online", backing_colour(backing(cell)), cell)
