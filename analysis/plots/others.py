"""Latency by what the other CPUs do meanwhile."""

from __future__ import annotations

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots.choice import backing, factor, varied
from analysis.plots.dots import Dot, figure
from analysis.plots.figure import Figure
from analysis.plots.palette import OTHERS, backing_colour, backing_name

TITLE = "What the other CPUs do meanwhile"
DESCRIPTION = "Time of one first touch while the other CPUs idle, compute in user space, or are busy in the kernel."


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the latency by what the other CPUs do; None where there are no others."""
    rows = [dot(cell) for cell in varied(cells, "others")]
    return figure("others", TITLE, DESCRIPTION, rows, "time of one touch") if rows else None


def dot(cell: Cell) -> Dot:
    """Return a cell's row."""
    others = str(factor(cell, "others"))
    name = f"{backing_name(backing(cell))}, others {OTHERS.get(others, others)}"
    return Dot(name, backing_colour(backing(cell)), cell)
