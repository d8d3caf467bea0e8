"""Dots: one row a case, a filled dot at the median, a hollow one at p99, with how far each may be off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from analysis.cells import Cell
from analysis.plots import canvas
from analysis.plots.axis import time_axis
from analysis.plots.duration import duration, duration_range
from analysis.plots.figure import Figure

MARKS = (("p50", True), ("p99", False))
HEADER = ("", "runs", "p50", "p50, 95 % interval", "p99", "p99, 95 % interval", "mean")
ROW_HEIGHT = 0.3
"""Inches."""
NOTE = "Filled: the median. Hollow: p99, the slowest hundredth. The bars are 95 % intervals."


@dataclass(frozen=True, slots=True)
class Dot:
    """One row of a picture: its name, its colour and its cell."""

    name: str
    colour: str
    cell: Cell


def figure(name: str, title: str, description: str, rows: Sequence[Dot], axis: str) -> Figure:
    """Return the figure of some rows, the first at the top."""
    with canvas.style():
        picture = canvas.picture(7.6, 0.9 + ROW_HEIGHT * len(rows))
        panel(picture.subplots(), rows, axis)
        svg = canvas.svg(picture, name, title, description)
    return Figure(name, title, description, svg, HEADER, tuple(map(row, rows)), NOTE)


def panel(axes: Axes, rows: Sequence[Dot], axis: str) -> None:
    """Draw every row's median and p99, with their intervals."""
    for place, dot in enumerate(rows):
        for statistic, filled in MARKS:
            mark(axes, place, dot, statistic, filled=filled)
    axes.set_yticks(range(len(rows)), [dot.name for dot in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(axis)
    time_axis(axes.xaxis, log=True)
    canvas.grid(axes, "x")


def mark(axes: Axes, place: int, dot: Dot, statistic: str, *, filled: bool) -> None:
    """Draw one statistic of one row; an interval without bounds is not drawn."""
    value, interval = dot.cell.typical[statistic], dot.cell.intervals[statistic]
    if np.isfinite([interval.low, interval.high]).all():
        axes.hlines(place, max(interval.low, 1.0), max(interval.high, 1.0), color=dot.colour, linewidth=2, alpha=0.6)
    face = dot.colour if filled else "none"
    axes.plot(max(value, 1.0), place, "o", markersize=7, markerfacecolor=face, markeredgecolor=dot.colour)


def row(dot: Dot) -> tuple[str, ...]:
    """Return a row of the table."""
    cell = dot.cell
    p50, p99 = (cell.intervals[statistic] for statistic, _ in MARKS)
    values = (
        duration(cell.typical["p50"]),
        duration_range(p50.low, p50.high),
        duration(cell.typical["p99"]),
        duration_range(p99.low, p99.high),
        duration(cell.typical["mean"]),
    )
    return (dot.name, str(len(cell.runs)), *values)
