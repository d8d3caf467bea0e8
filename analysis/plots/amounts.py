"""Latency by how many pages are touched in a row."""

from __future__ import annotations

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots.choice import CENTRE, backing, pages, touches
from analysis.plots.dots import Dot, figure
from analysis.plots.duration import count_text
from analysis.plots.figure import Figure
from analysis.plots.palette import backing_colour, backing_name

TITLE = "How many pages are touched"
DESCRIPTION = "Time of one first touch, by how many pages a program touches one after the other."
FEWEST = 3
"""Fewer numbers of pages are no picture of their own: two have another reason."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the latency by the number of pages; None where it was not varied."""
    rows = [dot(cell) for name in CENTRE for cell in varied(cells, name)]
    return figure("amounts", TITLE, DESCRIPTION, rows, "time of one touch") if rows else None


def varied(cells: tuple[Cell, ...], name: str) -> list[Cell]:
    """Return the plain touches of a backing, the fewest pages first; none where there are too few numbers of pages."""
    found = sorted((cell for cell in touches(cells) if backing(cell) == name), key=pages)
    return found if len({pages(cell) for cell in found}) >= FEWEST else []


def dot(cell: Cell) -> Dot:
    """Return a cell's row."""
    return Dot(f"{backing_name(backing(cell))}, {count_text(pages(cell), 'page')}", backing_colour(backing(cell)), cell)
