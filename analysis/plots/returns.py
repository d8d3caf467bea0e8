"""How long it takes until memory is back, by how much of it there was."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_lines, time_axis
from analysis.plots.duration import duration, duration_range, interval_text, ratio_text, size_text
from analysis.plots.figure import Figure
from analysis.plots.lives import ENDS, median
from analysis.plots.palette import backing_colour, backing_name
from analysis.plots.reads import line, point
from analysis.stay import ORDINARY, SECRET, Stay, later, partner, stays

TITLE = "How long until memory is free, by its size"
DESCRIPTION = (
    "From the event that ends an area of memory until its last page is free, over the size of the area, for secret "
    "memory and for locked memfd; one panel for each way in which it ends."
)
NOTE = (
    "For secret memory the kernel puts each page's entry back into its map and clears the page, one after the other. "
    "The bars are 95 % intervals. What exit and execve take besides, as tearing down the process, is in both lines."
)
HEADER = (
    "ended by",
    "size",
    "secret",
    "95 % interval",
    "a page",
    "locked memfd",
    "ratio",
    "95 % interval",
    "looks apart",
)
COLUMNS, FEWEST = 2, 2
"""Panels side by side, and fewer sizes than are a line."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the time by size; None where the size was not varied."""
    found = [each for each in stays(result, cells) if "pages_free" in each.times]
    lives = [life for life in ENDS if len({e.pages for e in found if (e.life, e.backing) == (life, SECRET)}) >= FEWEST]
    if not lives:
        return None
    rows = -(-len(lives) // COLUMNS)
    with canvas.style():
        picture = canvas.picture(7.6, 0.6 + 2.3 * rows)
        every = picture.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, life in zip(every, lives, strict=False):
            panel(axes, life, found)
        for axes in every[len(lives) :]:
            axes.set_visible(False)
        name_lines(picture, [(backing_name(b), backing_colour(b), float(n)) for n, b in enumerate((SECRET, ORDINARY))])
        svg = canvas.svg(picture, "returns", TITLE, DESCRIPTION)
    told = [each for each in found if each.life in lives and each.backing == SECRET]
    return Figure("returns", TITLE, DESCRIPTION, svg, HEADER, tuple(row(found, each) for each in told), NOTE)


def panel(axes: Axes, life: str, found: Sequence[Stay]) -> None:
    """Draw one way to end, a line for each kind of memory."""
    for backing in (ORDINARY, SECRET):
        of = sorted((e for e in found if (e.life, e.backing) == (life, backing)), key=lambda each: each.pages)
        line(axes, [point(4096 * e.pages, e.times["pages_free"]) for e in of], backing_colour(backing))
    sizes = sorted({4096 * each.pages for each in found if each.life == life})
    axes.set_title(ENDS[life])
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [size_text(size) for size in sizes], minor=False)
    axes.xaxis.set_minor_locator(NullLocator())
    time_axis(axes.yaxis, log=True)
    canvas.grid(axes)


def row(found: Sequence[Stay], each: Stay) -> tuple[str, ...]:
    """Return a row of the table."""
    cell, ordinary, ratio = each.times["pages_free"], partner(found, each), later(found, each)
    interval = cell.intervals["p50"]
    return (
        ENDS[each.life],
        size_text(4096 * each.pages),
        median(cell),
        duration_range(interval.low, interval.high),
        duration(cell.typical["p50"] / each.pages),
        median(ordinary.times.get("pages_free") if ordinary else None),
        ratio_text(ratio.value) if ratio else "-",
        interval_text(ratio.low, ratio.high) if ratio else "-",
        median(each.times.get("free_apart")),
    )
