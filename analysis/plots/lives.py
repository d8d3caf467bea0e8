"""Who keeps secret memory, and how long after the last of it has gone its pages are back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_lines, time_axis
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.duration import duration, duration_range, ratio_text, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import backing_colour, backing_name
from analysis.stay import ORDINARY, SECRET, Stay, later, partner, stays, usual_pages

TITLE = "Who keeps secret memory, and when it is back"
DESCRIPTION = (
    "From the event that ends an area of memory until its last page is seen back: secret pages in the kernel's own "
    "map, pages of locked memfd free."
)
NOTE = (
    "Seen from another CPU that looks again and again; a time is that of the look that saw it, the look before it was "
    "so much earlier as the last column says. The bars are 95 % intervals. Mlocked and Unevictable are the whole "
    "machine's, and lag behind."
)
KEEPERS = {
    "unmapped": "a mapping",
    "closed": "a descriptor",
    "exited": "the process",
    "killed": "the process",
    "executed": "the process",
    "executed_open": "a descriptor left open by an execve",
    "forked": "a child's mapping",
    "passed": "a descriptor that was sent",
    "in_flight": "a message in a socket",
}
ENDS = {
    "unmapped": "munmap",
    "closed": "close",
    "exited": "exit",
    "killed": "SIGKILL",
    "executed": "execve, closing",
    "executed_open": "close, after an execve",
    "forked": "the child's exit",
    "passed": "the receiver's close",
    "in_flight": "the socket's close",
}
HEADER = (
    "kept by",
    "ended by",
    "out of the map meanwhile",
    "counts against the limit",
    "Mlocked",
    "Unevictable",
    "back in the map",
    "after",
    "95 % interval",
    "free, of ordinary memory",
    "ratio",
    "looks apart",
)
BESIDE = 0.14
SHOWN = {SECRET: "entries_back", ORDINARY: "pages_free"}


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the lives at the size at which all were lived; None where none was."""
    found = stays(result, cells)
    usual = [each for each in found if each.pages == usual_pages(found)]
    secret = [each for each in usual if each.backing == SECRET]
    if not secret:
        return None
    title = f"{TITLE}: {size_text(4096 * secret[0].pages)}"
    with canvas.style():
        picture = canvas.picture(7.6, 1.2 + ROW_HEIGHT * len(secret))
        panel(picture.subplots(), usual, [each.life for each in secret])
        name_lines(picture, [(legend(b), backing_colour(b), float(n)) for n, b in enumerate(SHOWN)])
        svg = canvas.svg(picture, "lives", title, DESCRIPTION)
    return Figure("lives", title, DESCRIPTION, svg, HEADER, tuple(row(found, each) for each in secret), NOTE)


def legend(backing: str) -> str:
    """Return what the dots of a kind of memory show."""
    return f"{backing_name(backing)}: {'in the map again' if backing == SECRET else 'free'}"


def panel(axes: Axes, found: Sequence[Stay], lives: Sequence[str]) -> None:
    """Draw a row a life, a dot for each kind of memory."""
    for each in found:
        cell = each.times.get(SHOWN.get(each.backing, ""))
        if cell and each.life in lives:
            height = lives.index(each.life) + (-BESIDE if each.backing == SECRET else BESIDE)
            mark(axes, height, cell, backing_colour(each.backing))
    axes.set_yticks(range(len(lives)), [ENDS[life] for life in lives])
    axes.set_ylim(len(lives) - 0.5, -0.5)
    axes.set_xlabel("from what ended it until it is back")
    time_axis(axes.xaxis, log=True)
    canvas.grid(axes, "x")


def mark(axes: Axes, height: float, cell: Cell, colour: str) -> None:
    """Draw a cell's median; an interval without bounds is not drawn."""
    interval = cell.intervals["p50"]
    if np.isfinite([interval.low, interval.high]).all():
        axes.hlines(height, interval.low, interval.high, color=colour, linewidth=2, alpha=0.6)
    axes.plot(cell.typical["p50"], height, "o", markersize=6, color=colour)


def row(found: Sequence[Stay], each: Stay) -> tuple[str, ...]:
    """Return a row of the table."""
    back, ordinary, ratio = each.times.get("entries_back"), partner(found, each), later(found, each)
    interval = back.intervals["p50"] if back else None
    return (
        KEEPERS[each.life],
        ENDS[each.life],
        share(each, "out_while_kept"),
        f"{yes(each, 'counted_while_held')}, then {yes(each, 'counted_while_kept')}",
        kept(each, "mlocked"),
        kept(each, "unevictable"),
        share(each, "readable_after"),
        median(back),
        duration_range(interval.low, interval.high) if interval else "-",
        median(ordinary.times.get("pages_free") if ordinary else None),
        ratio_text(ratio.value) if ratio else "-",
        median(each.times.get("back_apart")),
    )


def share(each: Stay, metric: str) -> str:
    """Return of how many pages something was true."""
    true, all_ = each.counts.get(metric, (0, 0))
    return f"{true:,} of {all_:,}" if all_ else "-"


def yes(each: Stay, metric: str) -> str:
    """Return yes or no where all readings agree, else of how many it was true."""
    true, all_ = each.counts.get(metric, (0, 0))
    return {all_: "yes", 0: "no"}.get(true, f"{true} of {all_}") if all_ else "-"


def kept(each: Stay, what: str) -> str:
    """Return by how much a line of /proc/meminfo had grown, when the area was made and when a part had gone."""
    held, left = each.sizes.get(f"{what}_held"), each.sizes.get(f"{what}_kept")
    return "-" if held is None or left is None else f"{size_text(held)}, then {size_text(left)}"


def median(cell: Cell | None) -> str:
    """Return a cell's median for a person."""
    return duration(cell.typical["p50"]) if cell else "-"
