"""Axes of time and of ratios, and names put where they belong instead of in a legend."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from analysis.plots import canvas
from analysis.plots.duration import UNITS

LINEAR_TICKS, NARROW_TICKS, NAMES_A_ROW = 6, 8, 3
STEPS = (1, 2, 5, 10)
"""Not 2.5: "12.5 ms" is wide."""
NARROW = 5
"""Below this ratio, even a logarithmic axis has ticks as a linear one has."""
SUBS = ((20, (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)), (200, (1.0, 2.0, 5.0)))
"""Below these ratios, what has room for ticks in every power of ten; above, nothing but the powers."""


def tick(ns: float, _: object = None) -> str:
    """Return a tick's text: 20000.0 is "20 us"."""
    size, name = next(((size, name) for size, name in UNITS if ns >= 0.9995 * size), UNITS[-1])
    return f"{ns / size:g} {name}"


def time_axis(axis: Axis, *, log: bool) -> None:
    """Make an axis of nanoseconds read in human units."""
    if log:
        axis.axes.set_xscale("log") if axis is axis.axes.xaxis else axis.axes.set_yscale("log")
        log_ticks(axis)
    else:
        axis.set_major_locator(MaxNLocator(LINEAR_TICKS, steps=STEPS))
    axis.set_major_formatter(FuncFormatter(tick))


def log_ticks(axis: Axis) -> None:
    """Set as many ticks on a logarithmic axis as have room; the data must be drawn already."""
    low, high = axis.get_view_interval()
    if high < NARROW * low:
        axis.set_major_locator(MaxNLocator(NARROW_TICKS // 2 if canvas.is_narrow() else NARROW_TICKS, steps=STEPS))
        axis.set_minor_locator(NullLocator())
    else:
        ways = SUBS[1:] if canvas.is_narrow() else SUBS
        subs = next((subs for ratio, subs in ways if high < ratio * low), (1.0,))
        axis.set_major_locator(LogLocator(subs=subs, numticks=14))
        axis.set_minor_formatter(NullFormatter())


def ratio_axis(axes: Axes, rows: int, label: str = "treatment over baseline") -> None:
    """Make logarithmic axes of ratios, in rows from the top; the data must be drawn already."""
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_xscale("log")
    log_ticks(axes.xaxis)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}x"))
    axes.set_xlabel(label)
    canvas.grid(axes, "x")


def name_lines(picture: Picture, names: Sequence[tuple[str, str, float]]) -> None:
    """Name lines below the picture: (name, colour, place); the names stand in the order of the places, each once."""
    ordered = {name: colour for name, colour, _ in sorted(names, key=lambda entry: entry[2])}
    name_below(picture, [Line2D([], [], color=colour, linewidth=3, label=name) for name, colour in ordered.items()])


def name_below(picture: Picture, marks: Sequence[Artist]) -> None:
    """Put labelled marks below a picture: a narrow screen shows its left side first, and would cut them off beside."""
    columns = canvas.names_a_row([str(mark.get_label()) for mark in marks], NAMES_A_ROW, picture.get_figwidth())
    picture.legend(handles=marks, loc="outside lower left", ncols=columns, handlelength=1.2)
