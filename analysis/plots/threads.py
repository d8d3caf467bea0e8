"""Latency by the number of threads that touch at once."""

from __future__ import annotations

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots.choice import backing, factor, varied
from analysis.plots.dots import Dot, figure
from analysis.plots.figure import Figure
from analysis.plots.palette import backing_colour, backing_name

TITLE = "Several threads at once"
DESCRIPTION = "Time of one first touch, for each number of threads that touch pages at the same time."


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the latency by threads; None where there was only ever one."""
    rows = [dot(cell) for cell in varied(cells, "threads")]
    return figure("threads", TITLE, DESCRIPTION, rows, "time of one touch") if rows else None


def dot(cell: Cell) -> Dot:
    """Return a cell's row."""
    threads = factor(cell, "threads")
    plural = "thread" if threads == 1 else "threads"
    return Dot(f"{backing_name(backing(cell))}, {threads} {plural}", backing_colour(backing(cell)), cell)
