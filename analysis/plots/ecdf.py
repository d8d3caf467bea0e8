"""The distribution of a first touch, for each kind of memory."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from analysis.cells import ECDF_SHARES, Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_lines, time_axis
from analysis.plots.choice import backings
from analysis.plots.duration import duration
from analysis.plots.figure import Figure
from analysis.plots.palette import HUGE, backing_colour, backing_name
from analysis.stats.interval import Floats

SHOWN = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999)
HEIGHTS = (0.9, 0.99, 0.999, 0.9999)
ALL, SLOWEST = "all touches", "the slowest tenth, each line up ten times rarer"
TITLE = "How long the first touch of a page takes"
DESCRIPTION = "Share of the touches (upwards) that took at most so long (to the right, on a logarithmic scale)."
Group = dict[str, Cell]


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the share of touches that took at most so long, one line a backing; huge pages in a panel of their own."""
    found = backings(cells)
    if not found:
        return None
    with canvas.style():
        panels = layout(found)
        picture = canvas.picture(7.6, 2.6 * len(panels) + 0.5)
        every = picture.subplots(len(panels), 1, squeeze=False)[:, 0]
        for axes, (title, group, tail) in zip(every, panels, strict=True):
            panel(axes, title, group, tail=tail)
        name_lines(picture, [(backing_name(n), backing_colour(n), c.typical["p50"]) for n, c in found.items()])
        svg = canvas.svg(picture, "ecdf", TITLE, DESCRIPTION)
    header = ("memory", *(f"{100 * share:g} %" for share in SHOWN))
    return Figure("ecdf", TITLE, DESCRIPTION, svg, header, tuple(row(n, c) for n, c in found.items()))


def layout(found: Group) -> list[tuple[str, Group, bool]]:
    """Return the panels that have data: (title, backings, whether it shows the slowest alone)."""
    small = {name: cell for name, cell in found.items() if name not in HUGE}
    huge = {name: cell for name, cell in found.items() if name in HUGE}
    every = [(f"4 KB pages: {ALL}", small, False), (f"4 KB pages: {SLOWEST}", small, True)]
    return [entry for entry in (*every, (f"Huge pages, one touch each: {ALL}", huge, False)) if entry[1]]


def panel(axes: Axes, title: str, group: Group, *, tail: bool) -> None:
    """Draw some backings' distributions, whole or their slow ends."""
    axes.set_title(canvas.title(title))
    for name, cell in group.items():
        ns, shares = line(cell, least=0.9 if tail else 0.0)
        axes.step(ns, nines(shares) if tail else 100 * shares, where="post", color=backing_colour(name), linewidth=1.7)
    if tail:
        axes.set_yticks([float(nines(np.array(h))) for h in HEIGHTS], [f"{100 * h:g} %" for h in HEIGHTS])
    else:
        axes.set_yticks([0, 25, 50, 75, 100], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    time_axis(axes.xaxis, log=True)
    axes.set_xlabel("time of one touch")
    canvas.grid(axes)


def line(cell: Cell, least: float) -> tuple[Floats, Floats]:
    """Return times in ns and shares to draw; a share that rests on less than one reading is not drawn."""
    shares = ECDF_SHARES
    known = (shares >= least) & (shares <= 1 - 1 / max(cell.readings, 2))
    return cell.quantiles[known], shares[known]


def nines(shares: Floats) -> Floats:
    """Return heights at which every further nine is one line up: 0.9, 0.99, 0.999 are 1, 2, 3."""
    return np.asarray(-np.log10(1 - shares))


def row(name: str, cell: Cell) -> tuple[str, ...]:
    """Return a backing's row of the table, "-" for a share that rests on less than one reading."""
    return (backing_name(name), *(quantile(cell, share) for share in SHOWN))


def quantile(cell: Cell, share: float) -> str:
    """Return a quantile as it is drawn."""
    if share > 1 - 1 / max(cell.readings, 2):
        return "-"
    return duration(float(np.interp(share, ECDF_SHARES, cell.quantiles)))
