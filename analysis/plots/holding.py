"""What holding secrets takes, by how many there are, a line for each way of holding them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from analysis.advice.layout import layout
from analysis.advice.limit import USUAL_MEMLOCK_BYTES
from analysis.advice.time import Lives, summed, typical
from analysis.advice.way import PHASES, WAYS, Way, terms
from analysis.advice.wish import Wish
from analysis.plots import canvas
from analysis.plots.axis import name_lines, time_axis
from analysis.plots.duration import duration, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION

COUNTS = tuple(step * 10**power for power in range(6) for step in (1, 2, 5))
SHOWN = (1, 10, 100, 1000, 10_000, 100_000)
COLOURS = {
    "file_each": VERMILLION,
    "arena": ORANGE,
    "arena_pages": PURPLE,
    "arena_guarded": GREY,
    "malloc_mlock": GREEN,
    "mmap_mlock": BLUE,
    "memfd_mlock": SKY,
}
DESCRIPTION = (
    "Time to make, touch first and give up all secrets (upwards) by how many there are (to the right), both in powers "
    "of ten; one line a way of holding them."
)
NOTE = (
    "A line is dotted where the secrets no longer fit the usual 8 MB of locked memory, and ends where nothing larger "
    "was measured: a dash in the table."
)


def draw(measured: Lives, size_bytes: int) -> Figure | None:
    """Return the times by number of secrets of a size, in ns; None where nothing was measured."""
    found = {way.name: points(measured, way, size_bytes) for way in WAYS}
    if not any(found.values()):
        return None
    title = f"What secrets of {size_text(size_bytes)} take, by how many there are"
    with canvas.style():
        picture = canvas.picture(7.6, 4.2)
        axes = picture.subplots()
        for way in WAYS:
            line(axes, way, found[way.name], size_bytes)
        finish(axes)
        ends = [(way.title, COLOURS[way.name], -found[way.name][100]) for way in WAYS if 100 in found[way.name]]
        name_lines(picture, ends)
        svg = canvas.svg(picture, "holding", title, DESCRIPTION)
    header = ("held as", *(f"{count:,}" for count in SHOWN))
    rows = tuple((way.title, *(told(found[way.name].get(count)) for count in SHOWN)) for way in WAYS)
    return Figure("holding", title, DESCRIPTION, svg, header, rows, NOTE)


def points(measured: Lives, way: Way, size_bytes: int) -> dict[int, float]:
    """Return the time in ns by number of secrets, of those that were measured."""
    wishes = {n: Wish(secrets=n, size_bytes=size_bytes) for n in COUNTS}
    totals = {n: summed(measured, terms(way.name, wish), PHASES) for n, wish in wishes.items()}
    return {n: typical(blocks).value_ns for n, blocks in totals.items() if blocks}


def line(axes: Axes, way: Way, found: dict[int, float], size_bytes: int) -> None:
    """Draw one way, dotted beyond the usual limit."""
    inside = [n for n in found if fits(way, n, size_bytes)]
    outside = [*inside[-1:], *(n for n in found if n not in inside)]
    for counts, style in ((inside, "-"), (outside, ":")):
        axes.plot(counts, [found[n] for n in counts], style, color=COLOURS[way.name], linewidth=1.8)


def fits(way: Way, secrets: int, size_bytes: int) -> bool:
    """Tell whether so many secrets fit the usual limit of locked memory."""
    return layout(way.name, Wish(secrets=secrets, size_bytes=size_bytes)).locked_bytes <= USUAL_MEMLOCK_BYTES


def finish(axes: Axes) -> None:
    """Set the axes of a drawn picture."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0,), numticks=14))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_xlabel("secrets held at once")
    time_axis(axes.yaxis, log=True)
    canvas.grid(axes)


def told(ns: float | None) -> str:
    """Return a time, "-" for what was not measured."""
    return "-" if ns is None else duration(ns)
