"""The kernel's own reads through each size of entry of its direct map, over how much memory is read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from analysis.cells import Cell
from analysis.compare import Ratio
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_lines, time_axis
from analysis.plots.duration import duration, duration_range, interval_text, ratio_text, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREEN, GREY, PURPLE, SKY, VERMILLION
from analysis.reads import Reads, reach, reads
from workloads.spec import Condition
from workloads.tlb_pressure import SETS

TITLE = "How long the kernel's own read takes, by the page size of its direct map"
DESCRIPTION = (
    "Above, the time of one read by the kernel of a page that it sees through an entry of 4 KB, 2 MB or 1 GB, over how "
    "much memory is read in random order. Below, how many times as long as through 1 GB "
    "(2 MB, where none is in 1 GB any more), less what the place of the "
    "pages makes of it; dotted, the same question for a program's own memory in small and in huge pages."
)
NOTE = (
    "The bars are 95 % intervals over processes. The line at 1 is no difference; other pages of the same size should "
    "lie on it."
)
COLOURS = {"4k": VERMILLION, "2m": BLUE, "2m_other": SKY, "1g": GREEN, "1g_other": PURPLE}
PROGRAM = "a program's own, 4 KB against 2 MB"
HEADER = (
    "read",
    "through",
    "time of a read",
    "95 % interval",
    "by the process itself",
    "ratio to 1 GB",
    "95 % interval",
)


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return times and ratios over the footprint; None where the kernel's reads were not timed."""
    found = reads(cells)
    if not found:
        return None
    plain = [each for each in found if each.is_plain]
    with canvas.style():
        picture = canvas.picture(7.6, 6.0)
        above, below = picture.subplots(2, 1, sharex=True)
        draw_times(above, plain)
        draw_ratios(below, plain, reach(cells))
        shown = [name for name in COLOURS if any(name in each.kernel for each in plain)]
        names = [(SETS[name], COLOURS[name], float(n)) for n, name in enumerate(shown)]
        name_lines(picture, [*names, (PROGRAM, GREY, 9.0)])
        svg = canvas.svg(picture, "reads", TITLE, DESCRIPTION)
    rows = tuple(row for each in found for row in table(each))
    return Figure("reads", TITLE, DESCRIPTION, svg, HEADER, rows + positive(cells), f"{NOTE} {hidden(plain)}".strip())


def hidden(found: Sequence[Reads]) -> str:
    """Return a sentence on where the loop hides what a read waits for, nothing where it does not."""
    loops = {size_text(each.footprint_bytes): each.loop for each in found if each.is_hidden and each.loop}
    if not loops:
        return ""
    turns = duration_range(*(end(loop.typical["p50"] for loop in loops.values()) for end in (min, max)))
    return (
        f"A turn of the loop takes {turns} by itself, and is made while a read is waited for. Over {', '.join(loops)} "
        "a read takes hardly longer than that, so that sizes differ by more than can be seen there, if they do."
    )


def draw_times(axes: Axes, found: Sequence[Reads]) -> None:
    """Draw the time of a read through each size."""
    for name, colour in COLOURS.items():
        line(axes, [point(each.footprint_bytes, each.kernel[name]) for each in found if name in each.kernel], colour)
    axes.set_ylabel("time of one read")
    time_axis(axes.yaxis, log=True)
    canvas.grid(axes)


def point(footprint_bytes: int, cell: Cell) -> tuple[int, float, float, float]:
    """Return a cell's median with its interval, at its place."""
    interval = cell.intervals["p50"]
    return footprint_bytes, cell.typical["p50"], interval.low, interval.high


def draw_ratios(axes: Axes, found: Sequence[Reads], controls: Sequence[tuple[Condition, Ratio]]) -> None:
    """Draw the ratios to 1 GB, and the control."""
    axes.axhline(1, color=canvas.INK, linewidth=0.8)
    for name, colour in COLOURS.items():
        points = [(each.footprint_bytes, each.ratios[name]) for each in found if name in each.ratios]
        line(axes, [(x, r.value, r.low, r.high) for x, r in points], colour)
    small = [(int(c.get("footprint") or 0), r) for c, r in controls if c.get("backing") == "thp"]
    line(axes, [(x, r.value, r.low, r.high) for x, r in small], GREY, style=":")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: size_text(round(value))))
    axes.set_xlabel("memory that is read, of each size")
    axes.set_ylabel(f"times as long as {SETS[found[0].base]}" if found else "")
    canvas.grid(axes)


def line(axes: Axes, points: Sequence[tuple[int, float, float, float]], colour: str, style: str = "-") -> None:
    """Draw points with their intervals (x, value, low, high) and a line through them."""
    if not points:
        return
    x, value, low, high = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    axes.plot(x, value, color=colour, marker="o", markersize=4, linewidth=1.4, linestyle=style)
    known = np.isfinite(low) & np.isfinite(high)
    axes.vlines(x[known], low[known], high[known], color=colour, linewidth=2, alpha=0.5)


def table(each: Reads) -> tuple[tuple[str, ...], ...]:
    """Return the rows of one condition."""
    cpus = f", {each.threads} CPUs at once" if each.threads > 1 else ""
    what = f"{size_text(each.footprint_bytes)}, {each.pattern}{cpus}"
    return tuple((what, *row(each, name)) for name in each.kernel)


def row(each: Reads, name: str) -> tuple[str, ...]:
    """Return one set's figures."""
    cell, user, ratio = each.kernel[name], each.user.get(name), each.ratios.get(name)
    interval = cell.intervals["p50"]
    return (
        SETS[name],
        duration(cell.typical["p50"]),
        duration_range(interval.low, interval.high),
        duration(user.typical["p50"]) if user else "-",
        ratio_text(ratio.value) if ratio else "-",
        interval_text(ratio.low, ratio.high) if ratio else "-",
    )


def positive(cells: Sequence[Cell]) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the positive control."""
    return tuple(
        (
            f"{size_text(int(condition.get('footprint') or 0))}, a program's own memory",
            f"4 KB against {'1 GB' if condition.get('backing') == 'hugetlb_1g' else '2 MB'}",
            "-",
            "-",
            "-",
            ratio_text(ratio.value),
            interval_text(ratio.low, ratio.high),
        )
        for condition, ratio in reach(cells)
    )
