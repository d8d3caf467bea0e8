"""Latency over the order of pages: what the first pages of a region pay, and what recurs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from analysis.cells import Cell
from analysis.load import Result
from analysis.order import order
from analysis.plots import canvas
from analysis.plots.axis import name_lines, time_axis
from analysis.plots.choice import backing, backings, pages
from analysis.plots.duration import duration
from analysis.plots.figure import Figure
from analysis.plots.palette import HUGE, ORANGE, backing_colour, backing_name
from analysis.stats.interval import Floats

TITLE = "Latency over the order of pages"
DESCRIPTION = "Pages in the order in which they are touched (to the right); the median of all runs at each place."
EIGHTHS = 8
Line = tuple[str, str, Cell, Floats]
"""A name, a colour, the cell, and the latency in ns at each place in the order."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the median latency at each place in the order of pages; fresh secret memory is a line of its own."""
    lines = [(name, colour, cell, order(result, cell.condition)) for name, colour, cell in chosen(cells)]
    lines = [entry for entry in lines if len(entry[3]) > 1]
    if not lines:
        return None
    with canvas.style():
        picture = canvas.picture(7.6, 3.9)
        panel(picture.subplots(), lines)
        name_lines(picture, [(name, colour, -float(np.median(ns))) for name, colour, _, ns in lines])
        svg = canvas.svg(picture, "order", TITLE, DESCRIPTION)
    header = ("memory", "first page", *(f"{n}/{EIGHTHS} of the way" for n in range(1, EIGHTHS + 1)))
    return Figure("order", TITLE, DESCRIPTION, svg, header, tuple(row(entry) for entry in lines))


def chosen(cells: tuple[Cell, ...]) -> list[tuple[str, str, Cell]]:
    """Return the backings of 4 KB pages, and secret memory that was never secret before."""
    plain = [(backing_name(n), backing_colour(n), c) for n, c in backings(cells).items() if n not in HUGE]
    fresh = backings(cells, history="fresh").values()
    return plain + [(f"{backing_name(backing(cell))}, fresh", ORANGE, cell) for cell in fresh]


def panel(axes: Axes, lines: list[Line]) -> None:
    """Draw the lines; each place stands for the pages of one bin."""
    for _, colour, cell, ns in lines:
        places = (np.arange(len(ns)) + 0.5) * pages(cell) / len(ns)
        axes.plot(places, ns, color=colour, linewidth=1.1)
    axes.set_xlabel("page, in the order of touching")
    axes.set_ylabel("time of one touch")
    time_axis(axes.yaxis, log=True)
    canvas.grid(axes)


def row(entry: Line) -> tuple[str, ...]:
    """Return a line's row of the table: its first place, then the median of each eighth."""
    name, _, _, ns = entry
    eighths = (duration(float(np.median(part))) if len(part) else "-" for part in np.array_split(ns, EIGHTHS))
    return (name, duration(float(ns[0])), *eighths)
