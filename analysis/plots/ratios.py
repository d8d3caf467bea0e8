"""How many times as long as a touch of ordinary, locked memory: one row a condition."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from analysis.cells import Cell
from analysis.compare import Ratio, compare
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import ratio_axis
from analysis.plots.choice import backing
from analysis.plots.counterpart import counterpart
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.duration import interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.plots.name import name
from analysis.plots.palette import backing_colour

TITLE = "How many times as long as ordinary, locked memory"
DESCRIPTION = (
    "A first touch over the same touch of ordinary, locked memory in the same circumstances; 1 is no difference."
)
NOTE = "Filled: the median. Hollow: p99. The bars are 95 % intervals of ratios taken block by block."
HEADER = ("memory", "p50 ratio", "95 % interval", "p99 ratio", "95 % interval", "blocks")
BESIDE = 0.15
"""How far apart a row's two dots are, in rows."""
Row = tuple[str, str, Ratio, Ratio]
"""A name, a colour, and the ratios of p50 and p99."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the ratios of all first touches that have a counterpart."""
    ours = [c for c in cells if c.condition.workload == "fault_latency" and c.metric == "first_touch"]
    rows = [entry for cell in ours if (entry := ratios(cells, cell))]
    if not rows:
        return None
    with canvas.style():
        picture = canvas.picture(7.6, 0.9 + ROW_HEIGHT * len(rows))
        panel(picture.subplots(), rows)
        svg = canvas.svg(picture, "ratios", TITLE, DESCRIPTION)
    return Figure("ratios", TITLE, DESCRIPTION, svg, HEADER, tuple(map(row, rows)), NOTE)


def ratios(cells: tuple[Cell, ...], cell: Cell) -> Row | None:
    """Return a cell's row, None where it has no counterpart or shares no block with it."""
    ordinary = counterpart(cells, cell)
    p50, p99 = (compare(ordinary, cell, statistic) if ordinary else None for statistic in ("p50", "p99"))
    return (name(cell, cells), backing_colour(backing(cell)), p50, p99) if p50 and p99 else None


def panel(axes: Axes, rows: list[Row]) -> None:
    """Draw every row's two ratios around the line of no difference."""
    axes.axvline(1, color=canvas.INK, linewidth=1)
    for place, (_, colour, p50, p99) in enumerate(rows):
        mark(axes, place - BESIDE, p50, colour, colour)
        mark(axes, place + BESIDE, p99, colour, "none")
    axes.set_yticks(range(len(rows)), [label for label, *_ in rows])
    ratio_axis(axes, len(rows), "times as long as ordinary, locked memory")


def mark(axes: Axes, height: float, ratio: Ratio, colour: str, face: str) -> None:
    """Draw one ratio; an interval without bounds is not drawn."""
    if math.isfinite(ratio.high):
        axes.hlines(height, ratio.low, ratio.high, color=colour, linewidth=2, alpha=0.6)
    axes.plot(ratio.value, height, "o", markersize=6, markerfacecolor=face, markeredgecolor=colour)


def row(entry: Row) -> tuple[str, ...]:
    """Return a row of the table."""
    label, _, *pair = entry
    texts = (text for ratio in pair for text in (ratio_text(ratio.value), interval_text(ratio.low, ratio.high)))
    return (label, *texts, str(entry[2].blocks))
