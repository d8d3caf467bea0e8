"""Latency of memory that was never secret before against memory that was."""

from __future__ import annotations

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots.choice import backing, factor, varied
from analysis.plots.dots import Dot, figure
from analysis.plots.figure import Figure
from analysis.plots.palette import backing_colour, backing_name

TITLE = "Memory that is secret for the first time"
DESCRIPTION = (
    "Time of one first touch of secret memory: pages that were secret before, and pages that never were. In a virtual "
    "machine the latter may be new to the host too, which then faults as well: the difference is an upper bound."
)
HISTORIES = {"reused": "secret before", "fresh": "never secret before"}


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the latency by what the memory was before; None where one of the two is missing."""
    rows = [dot(cell) for cell in varied(cells, "history")]
    return figure("history", TITLE, DESCRIPTION, rows, "time of one touch") if rows else None


def dot(cell: Cell) -> Dot:
    """Return a cell's row."""
    history = str(factor(cell, "history"))
    return Dot(f"{backing_name(backing(cell))}, {HISTORIES.get(history, history)}", backing_colour(backing(cell)), cell)
