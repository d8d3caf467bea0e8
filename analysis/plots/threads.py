"""Latency by the number of threads that touch at once."""

from __future__ import annotations

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots.choice import CENTRE, backing, factor, touches
from analysis.plots.dots import Dot, figure
from analysis.plots.figure import Figure
from analysis.plots.palette import backing_colour, backing_name

TITLE = "Several threads at once"
DESCRIPTION = "Time of one first touch, for each number of threads that touch pages at the same time."


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the latency by threads; None where there was only ever one."""
    several = {backing(cell) for cell in touches(cells, threads=None) if factor(cell, "threads") != 1}
    most = {name: max(pages_of(cells, name)) for name in several}
    found = [cell for cell in touches(cells, threads=None) if most.get(backing(cell)) == cell.condition.get("pages")]
    found = [cell for name in CENTRE for cell in found if backing(cell) == name]
    return figure("threads", TITLE, DESCRIPTION, list(map(dot, found)), "time of one touch") if found else None


def pages_of(cells: tuple[Cell, ...], name: str) -> list[int]:
    """Return the numbers of pages that a backing was touched with by several threads."""
    crowds = (c for c in touches(cells, threads=None) if backing(c) == name and factor(c, "threads") != 1)
    return [int(factor(cell, "pages")) for cell in crowds]


def dot(cell: Cell) -> Dot:
    """Return a cell's row."""
    threads = factor(cell, "threads")
    plural = "thread" if threads == 1 else "threads"
    return Dot(f"{backing_name(backing(cell))}, {threads} {plural}", backing_colour(backing(cell)), cell)
