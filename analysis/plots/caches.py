"""Caches: how many times as long work takes on memory that was flushed from them, or is never in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from analysis.caching import Use, memory, size_bytes, uses
from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import log_ticks, name_lines
from analysis.plots.duration import duration, interval_text, ratio_text, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREY, PURPLE, VERMILLION

TITLE = "How much longer work takes on memory that no cache holds"
DESCRIPTION = (
    "For each kind of work, how many times as long it takes where its lines were flushed from the caches before each "
    "use as where they were in them; 1 is no difference. Beside it what should lie on 1: the memory as it is against "
    "a locked memfd, and after as many other lines were flushed."
)
NOTE = (
    "The bars are 95 % intervals of ratios of medians within one process, taken block by block. Flushing is a lower "
    "bound of what uncached memory costs; the flush itself is not timed."
)
STATES = {
    "cached": ("as it is, against a locked memfd", BLUE),
    "elsewhere": ("other lines flushed", GREY),
    "flushed": ("flushed before each use", VERMILLION),
    "uncached": ("never in a cache, against a locked memfd", PURPLE),
}
HEADER = ("work", "memory", "state", "p50", "pace", "ratio", "95 % interval", "blocks")
BESIDE, ROW = 0.2, 0.42


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the ratios of every work, a panel for each memory and size; None where none was timed."""
    found = [use for use in uses(cells) if use.ratios]
    if not found:
        return None
    panels = [tuple(group) for _, group in groupby(found, key=lambda use: use.condition)]
    with canvas.style():
        picture = canvas.picture(7.6, 0.9 + 0.5 * len(panels) + ROW * len(found))
        heights = [len(group) for group in panels]
        every = picture.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=heights).ravel()
        for axes, group in zip(every, panels, strict=True):
            panel(axes, group)
        finish(every[-1])
        shown = [state for state in STATES if any(state in use.ratios for use in found)]
        name_lines(picture, [(*STATES[state], float(n)) for n, state in enumerate(shown)])
        svg = canvas.svg(picture, "caches", TITLE, DESCRIPTION)
    return Figure("caches", TITLE, DESCRIPTION, svg, HEADER, tuple(r for use in found for r in rows(use)), NOTE)


def panel(axes: Axes, group: Sequence[Use]) -> None:
    """Draw the works of one condition around the line of no difference."""
    condition = group[0].condition
    axes.set_title(canvas.title(f"{memory(condition)}, {size_text(size_bytes(condition))}"))
    axes.axvline(1, color=canvas.INK, linewidth=1)
    for place, use in enumerate(group):
        for n, state in enumerate(use.ratios):
            mark(axes, place + BESIDE * (n - (len(use.ratios) - 1) / 2), use, state)
    axes.set_yticks(range(len(group)), [use.title for use in group])
    axes.set_ylim(len(group) - 0.5, -0.5)
    axes.set_xscale("log")
    canvas.grid(axes, "x")


def finish(axes: Axes) -> None:
    """Name the axis that all panels share."""
    log_ticks(axes.xaxis)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}x"))
    axes.set_xlabel("times as long")


def mark(axes: Axes, height: float, use: Use, state: str) -> None:
    """Draw one ratio; an interval without bounds is not drawn."""
    ratio, colour = use.ratios[state], STATES[state][1]
    if math.isfinite(ratio.high):
        axes.hlines(height, ratio.low, ratio.high, color=colour, linewidth=2, alpha=0.6)
    axes.plot(ratio.value, height, "o", markersize=6, markerfacecolor=colour, markeredgecolor=colour)


def rows(use: Use) -> list[tuple[str, ...]]:
    """Return the rows of the table of one work."""
    return [row(use, state) for state in use.ratios]


def row(use: Use, state: str) -> tuple[str, ...]:
    """Return the row of one state."""
    ratio, time = use.ratios[state], duration(use.times[state].typical["p50"])
    told = (ratio_text(ratio.value), interval_text(ratio.low, ratio.high), str(ratio.blocks))
    return (use.title, memory(use.condition), STATES[state][0], time, use.pace(state), *told)
