"""The pools: what each way of giving out secret pages splits and sets aside, trace by trace."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.course import MIB
from analysis.plots import canvas
from analysis.plots.axis import name_lines
from analysis.plots.duration import figures
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREEN, ORANGE, PURPLE, VERMILLION
from analysis.pool.saving import Bill, Range
from analysis.pool.trace import Trace

TITLE = "What a pool would have split and set aside"
DESCRIPTION = (
    "For each trace of how secret memory is used and each way of giving it out: regions of 2 MB that become 4 KB pages "
    "(left), and memory set aside for secrets that nobody else can use (right; hollow: of it unused)."
)
NOTE = (
    "The merged kernel is foretold from measured pieces of memory, with bars where 95 of 100 replays are. The pools "
    "are reckoned from their patches and were never run. A file of its own takes a chunk of 2 MB from either pool."
)
WAYS = {
    "merged": ("as merged", VERMILLION),
    "merged_busy": ("as merged, busy machine", ORANGE),
    "merged_whole": ("as merged, nothing split before", PURPLE),
    "chunks": ("chunks of 2 MB (v8-v16)", GREEN),
    "reserved": ("reserved at boot (v2-v4)", BLUE),
}
HEADER = (
    "trace",
    "from",
    "given out",
    "2 MB split to 4 KB",
    "1 GB split to 2 MB",
    "2 MB blocks never huge again",
    "set aside, MB",
    "of it unused, MB",
    "pages refused",
    "kernel reads slower by",
)
ROW, BESIDE = 0.62, 0.17


def draw(rows: Sequence[tuple[Trace, tuple[Bill, ...]]]) -> Figure:
    """Return the figure of some traces, each with its bills."""
    with canvas.style():
        picture = canvas.picture(7.6, 1.2 + ROW * len(rows))
        splits, aside = picture.subplots(1, 2, sharey=True)
        for height, (_, bills) in enumerate(rows):
            for bill in bills:
                mark(splits, aside, height + offset(bill, bills), bill)
        finish(splits, aside, [trace.title for trace, _ in rows])
        name_lines(picture, [(*WAYS[way], float(place)) for place, way in enumerate(WAYS) if is_there(way, rows)])
        svg = canvas.svg(picture, "pools", TITLE, DESCRIPTION)
    return Figure("pools", TITLE, DESCRIPTION, svg, HEADER, tuple(table(rows)), NOTE)


def is_there(way: str, rows: Sequence[tuple[Trace, tuple[Bill, ...]]]) -> bool:
    """Tell whether a way has a bill at all."""
    return any(bill.way == way for _, bills in rows for bill in bills)


def offset(bill: Bill, bills: Sequence[Bill]) -> float:
    """Return how far below the middle of its row a bill is drawn."""
    return BESIDE * (bills.index(bill) - (len(bills) - 1) / 2)


def mark(splits: Axes, aside: Axes, height: float, bill: Bill) -> None:
    """Draw one bill in both panels."""
    colour, found = WAYS[bill.way][1], bill.splits_2m
    splits.plot((found.low, found.high), (height, height), color=colour, linewidth=1.6, alpha=0.7)
    splits.plot(found.value, height, "o", markersize=5, color=colour)
    used = (bill.aside_bytes - bill.unused_bytes) / MIB
    aside.barh(height, bill.unused_bytes / MIB, BESIDE * 0.8, left=used, fill=False, edgecolor=colour, linewidth=1.2)
    aside.barh(height, used, BESIDE * 0.8, color=colour)


def finish(splits: Axes, aside: Axes, names: Sequence[str]) -> None:
    """Name the axes."""
    splits.set_yticks(range(len(names)), names)
    splits.set_ylim(len(names) - 0.5, -0.5)
    splits.set_xscale("symlog", linthresh=1)
    splits.set_xlim(left=-0.2)
    splits.set_xticks((0, 1, 10, 100), ("0", "1", "10", "100"))
    splits.set_xlabel("2 MB regions split to 4 KB")
    aside.set_xlabel("set aside, MB")
    aside.xaxis.set_major_locator(MaxNLocator(5))
    for axes in (splits, aside):
        canvas.grid(axes, "x")


def table(rows: Sequence[tuple[Trace, tuple[Bill, ...]]]) -> list[tuple[str, ...]]:
    """Return a row for each trace and way."""
    return [row(trace, bill) for trace, bills in rows for bill in bills]


def row(trace: Trace, bill: Bill) -> tuple[str, ...]:
    """Return the row of one bill."""
    return (
        trace.title,
        trace.origin,
        WAYS[bill.way][0],
        range_text(bill.splits_2m),
        range_text(bill.splits_1g),
        range_text(bill.lost_blocks),
        figures(bill.aside_bytes / MIB),
        figures(bill.unused_bytes / MIB),
        f"{bill.refused_pages:,}",
        slower_text(bill.slower),
    )


def range_text(found: Range) -> str:
    """Return a count with its range, as "1.6 (0 to 4)"; the range alone where no more is known."""
    if found.low == found.high:
        return f"{found.low:.0f}"
    ends = f"{found.low:.0f} to {found.high:.0f}"
    return ends if math.isnan(found.value) else f"{figures(found.value)} ({ends})"


def slower_text(found: Range | None) -> str:
    """Return a fraction in parts of a million, as "105 (0 to 310) ppm"; "-" where it was not measured."""
    if found is None:
        return "-"
    return f"{range_text(Range(*(1e6 * end for end in (found.value, found.low, found.high))))} ppm"
