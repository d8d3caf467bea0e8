"""Whole paths through the kernel: how many times as long through small entries of the direct map."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from analysis.cells import Cell
from analysis.load import Result
from analysis.paths import NAMES, Path, paths
from analysis.plots import canvas
from analysis.plots.axis import name_lines
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.duration import duration, duration_range, interval_text, ratio_text, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, PURPLE, SKY, VERMILLION
from workloads.tlb_pressure import SETS

TITLE = "How much longer whole paths through the kernel take, by the page size of its direct map"
DESCRIPTION = (
    "For each path through the kernel, how many times as long a page takes through entries of 4 KB, or on other pages "
    "in entries of the same size, as through the largest entries that were there; 1 is no difference."
)
NOTE = (
    "The bars are 95 % intervals over processes. What the place of the pages makes of it, seen by the process itself "
    "through entries of its own, is taken off, but for the first touch. Other pages of the same size should lie on 1."
)
HEADER = ("path", "memory of each size", "through", "time of a page", "95 % interval", "ratio", "95 % interval")
COLOURS = {"4k": VERMILLION, "2m": BLUE, "2m_other": SKY, "1g_other": PURPLE}
BESIDE = 0.18
"""How far apart a row's dots are, in rows."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the ratios of every path; None where none was timed."""
    found = [each for each in paths(cells) if each.ratios]
    if not found:
        return None
    shown = [size for size in COLOURS if any(size in each.ratios for each in found)]
    with canvas.style():
        picture = canvas.picture(7.6, 1.3 + 1.5 * ROW_HEIGHT * len(found))
        panel(picture.subplots(), found, shown)
        name_lines(picture, [(SETS[size], COLOURS[size], float(n)) for n, size in enumerate(shown)])
        svg = canvas.svg(picture, "paths", TITLE, DESCRIPTION)
    return Figure("paths", TITLE, DESCRIPTION, svg, HEADER, tuple(r for each in found for r in rows(each)), NOTE)


def panel(axes: Axes, found: Sequence[Path], shown: Sequence[str]) -> None:
    """Draw a row a path, around the line of no difference."""
    axes.axvline(1, color=canvas.INK, linewidth=1)
    for place, each in enumerate(found):
        for n, size in enumerate(shown):
            if size in each.ratios:
                mark(axes, place + BESIDE * (n - (len(shown) - 1) / 2), each, size)
    axes.set_yticks(range(len(found)), [NAMES[each.name] for each in found])
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2f}x"))
    axes.set_xlabel(f"times as long as through {SETS[found[0].base]}")
    canvas.grid(axes, "x")


def mark(axes: Axes, height: float, each: Path, size: str) -> None:
    """Draw one ratio; an interval without bounds is not drawn."""
    ratio, colour = each.ratios[size], COLOURS[size]
    if math.isfinite(ratio.high):
        axes.hlines(height, ratio.low, ratio.high, color=colour, linewidth=2, alpha=0.6)
    axes.plot(ratio.value, height, "o", markersize=6, markerfacecolor=colour, markeredgecolor=colour)


def rows(each: Path) -> tuple[tuple[str, ...], ...]:
    """Return a path's rows of the table, one a size."""
    return tuple(row(each, size) for size in each.times)


def row(each: Path, size: str) -> tuple[str, ...]:
    """Return the figures of one size."""
    cell, ratio = each.times[size], each.ratios.get(size)
    return (
        NAMES[each.name],
        size_text(int(each.condition.get("footprint") or 0)),
        SETS[size],
        duration(cell.typical["p50"]),
        duration_range(cell.intervals["p50"].low, cell.intervals["p50"].high),
        ratio_text(ratio.value) if ratio else "-",
        interval_text(ratio.low, ratio.high) if ratio else "-",
    )
