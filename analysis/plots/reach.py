"""The reach of one user: how much of the direct map is turned to 4 KB, by how much of the limit is used."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from analysis.cells import Cell
from analysis.course import MIB, PAGE_BYTES, REGION_BYTES, STEERED, Course, courses, grouped, natural
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_lines
from analysis.plots.duration import figures, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREEN, GREY
from analysis.plots.usage import ground_name, range_text, stop_names, use_colour, use_name

TITLE = "How far one user gets"
DESCRIPTION = (
    "Direct map turned to 4 KB entries (upwards), by how many pages of secret memory are held at a time, which is what "
    "the limit bounds (to the right). Both axes are logarithmic."
)
NOTE = (
    "The grey line is the most that one page of secret memory can do: turn the 2 MB around it. It ends at 8 MB of "
    "limit and 4 GB of direct map. Steered: other memory is used up between two pages, so that each comes from another "
    "region. One page at a time: it is given up and had again, so that the limit does not bound it at all."
)
HEADER = (
    "user",
    "memory",
    "runs",
    "pages held at most",
    "2 MB regions turned to 4 KB",
    "regions a page held",
    "other memory used up",
    "stopped by",
)
LIMIT_PAGES = 2048
Point = tuple[list[float], list[float]]


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the reach, natural and steered, beside the theoretical one; None where nothing was steered."""
    found = chosen(courses(result))
    if not any(course.use in STEERED for course in found):
        return None
    with canvas.style():
        picture = canvas.picture(7.6, 3.6)
        panel(picture.subplots(), found)
        ends = {label(course): (colour(course), -float(course.last("level2_splits"))) for course in found}
        name_lines(picture, [("theoretical, 4 GB", GREY, -1e9), *((name, *end) for name, end in ends.items())])
        svg = canvas.svg(picture, "reach", TITLE, DESCRIPTION)
    return Figure("reach", TITLE, DESCRIPTION, svg, HEADER, table(found), NOTE)


def chosen(every: tuple[Course, ...]) -> tuple[Course, ...]:
    """Return the steered courses, and the natural ones in one area with as many pages."""
    steered = tuple(course for course in every if course.use in STEERED)
    pages = {course.condition.get("pages") for course in steered}
    plain = (c for c in natural(every) if c.use == "one_size" and c.condition.get("pages") in pages)
    return (*plain, *steered)


def colour(course: Course) -> str:
    """Return a line's colour; natural use has one for each kind of ground."""
    return use_colour(course.use) if course.use in STEERED else BLUE if course.ground == "as_found" else GREEN


def label(course: Course) -> str:
    """Return a line's name."""
    return use_name(course.use) if course.use in STEERED else f"natural, {ground_name(course.ground)}"


def panel(axes: Axes, found: tuple[Course, ...]) -> None:
    """Draw the courses and the theoretical line."""
    axes.plot([1, LIMIT_PAGES], [2, 2 * LIMIT_PAGES], color=GREY, linewidth=5, alpha=0.35)
    for course in found:
        line = (course.of("peak_bytes") / PAGE_BYTES, course.of("level2_splits") * REGION_BYTES / MIB)
        is_one = course.use == "steered_one"
        axes.plot(*line, color=colour(course), linewidth=1.6, marker="o" if is_one else None, markersize=4)
    axes.set_xscale("log", base=2)
    axes.set_yscale("symlog", base=2, linthresh=2)
    axes.set_ylim(-0.3, 3 * LIMIT_PAGES)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: size_text(int(value * MIB)) if value else "0"))
    axes.set_yticks([0, *2.0 ** np.arange(1, 13, 2)])
    axes.set_xlabel("pages of secret memory held at a time")
    axes.set_ylabel("direct map in 4 KB")
    canvas.grid(axes)


def table(found: tuple[Course, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the rows, one a condition."""
    return tuple(row(group) for group in grouped(found).values())


def row(group: list[Course]) -> tuple[str, ...]:
    """Return the row of one condition."""
    held, regions = (sorted(course.last(metric) for course in group) for metric in ("peak_bytes", "level2_splits"))
    pages = [size // PAGE_BYTES for size in held]
    plugged = sorted(course.plug_pages * PAGE_BYTES for course in group)
    return (
        use_name(group[0].use) if group[0].use in STEERED else "natural, one area",
        ground_name(group[0].ground),
        str(len(group)),
        range_text(pages),
        range_text(regions),
        figures(sum(regions) / max(sum(pages), 1)),
        size_text(plugged[len(plugged) // 2] // MIB * MIB) if plugged[-1] else "-",
        stop_names(group),
    )
