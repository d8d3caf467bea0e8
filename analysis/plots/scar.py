"""The scar: what stays of the splits after everything was given up, over rounds of having it and giving it up."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from analysis.cells import Cell
from analysis.course import MIB, PAGE_BYTES, REGION_BYTES, Course, courses, grouped
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.duration import size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, VERMILLION
from analysis.plots.usage import range_text
from analysis.stats.interval import Floats

TITLE = "What stays after everything was given up"
DESCRIPTION = (
    "MB of the direct map (upwards) after each round in which secret memory was had and given up again (to the right)."
)
NOTE = (
    "Solid: turned from 2 MB to 4 KB entries, for good. Dotted: had a secret page in it, by the mark that the kernel "
    "leaves (its entry is not global any more). Each line is the middle of the runs."
)
BETWEEN = {"none": ("nothing in between", BLUE), "busy": ("other memory used in between", VERMILLION)}
HEADER = (
    "between the rounds",
    "runs",
    "rounds",
    "touched",
    "regions split in round 1",
    "after the last round",
    "scar",
    "pages marked",
    "page tables",
    "2 MB blocks that keep one",
)


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the scar over rounds; None where there were no rounds."""
    found = tuple(course for course in courses(result) if course.is_round)
    if not found:
        return None
    with canvas.style():
        picture = canvas.picture(7.6, 3.0)
        panel(picture.subplots(), found)
        svg = canvas.svg(picture, "scar", TITLE, DESCRIPTION)
    return Figure("scar", TITLE, DESCRIPTION, svg, HEADER, table(found), NOTE)


def between(course: Course) -> str:
    """Return what else used memory between the rounds."""
    return str(course.condition.get("between"))


def over_rounds(group: list[Course], metric: str, scale: int) -> Floats:
    """Return the middle of the runs in MB after each round; a run that ended early stays where it was."""
    rows = [course.of(metric) * scale / MIB for course in group if len(course.of(metric))]
    most = max(map(len, rows), default=0)
    return np.median([np.pad(row, (0, most - len(row)), mode="edge") for row in rows], axis=0) if rows else np.empty(0)


def panel(axes: Axes, found: tuple[Course, ...]) -> None:
    """Draw what was split, and what was secret, for each kind of time between the rounds."""
    names = []
    for group in grouped(found).values():
        name, colour = BETWEEN.get(between(group[0]), (between(group[0]), BLUE))
        split = over_rounds(group, "round_level2_splits", REGION_BYTES)
        marked = over_rounds(group, "round_unglobal_bytes", 1)
        axes.plot(np.arange(1, len(split) + 1), split, color=colour, marker="o", markersize=4)
        axes.plot(np.arange(1, len(marked) + 1), marked, color=colour, linestyle=":", marker=".")
        names.append(Line2D([], [], color=colour, linewidth=3, label=name))
    axes.legend(handles=names, loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=1.2)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=0, top=max(1.0, axes.get_ylim()[1]))
    axes.set_xlabel("round")
    axes.set_ylabel("MB of direct map")
    canvas.grid(axes)


def table(found: tuple[Course, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the rows, one for each kind of time between the rounds."""
    return tuple(row(group) for group in grouped(found).values())


def row(group: list[Course]) -> tuple[str, ...]:
    """Return the row of one condition."""
    first = sorted(int(course.of("round_level2_splits")[0]) for course in group)
    last, rounds, touched, marked = (
        sorted(values)
        for values in (
            [course.last("round_level2_splits") for course in group],
            [len(course.of("round_level2_splits")) for course in group],
            [course.last("round_touched_bytes") for course in group],
            [course.last("round_unglobal_bytes") for course in group],
        )
    )
    middle, level3 = last[len(last) // 2], sorted(course.last("round_level3_splits") for course in group)
    blocks = sorted(course.last("round_table_blocks") for course in group if len(course.of("round_table_blocks")))
    seen = any(len(course.of("round_unglobal_bytes")) for course in group)
    return (
        BETWEEN.get(between(group[0]), (between(group[0]), ""))[0],
        str(len(group)),
        range_text(rounds),
        size_text(touched[len(touched) // 2]),
        range_text(first),
        range_text(last),
        size_text(middle * REGION_BYTES),
        f"{marked[len(marked) // 2] // PAGE_BYTES:,}" if seen else "-",
        f"{(middle + level3[len(level3) // 2]) * PAGE_BYTES // 1024:,} KB",
        range_text(blocks) if blocks else "-",
    )
