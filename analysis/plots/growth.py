"""Splits against secret memory: how many regions of the direct map natural use turns to 4 KB on its way."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.cells import Cell
from analysis.course import MIB, PAGE_BYTES, Course, courses, grouped, lasts, natural
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_lines
from analysis.plots.duration import figures, size_text
from analysis.plots.figure import Figure
from analysis.plots.usage import ground_name, ground_title, range_text, stop_names, use_colour, use_name

TITLE = "How secret memory splits the kernel's map"
DESCRIPTION = (
    "Regions of 2 MB that became 4 KB pages (upwards), by how much secret memory was touched so far (to the right); "
    "one line a run."
)
NOTE = (
    "Free pages that were split before cost nothing: a flat line means that the allocator handed out such pages. "
    "Coming and going: areas are had and given up in random order."
)
HEADER = (
    "use",
    "memory",
    "runs",
    "secret memory touched",
    "2 MB regions turned to 4 KB",
    "regions a MB",
    "1 GB split",
    "page tables",
    "stopped by",
)


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the growth of splits, one panel for each kind of ground; None where nothing was measured."""
    found = natural(courses(result))
    if not found:
        return None
    grounds = list(dict.fromkeys(course.ground for course in found))
    with canvas.style():
        picture = canvas.picture(7.6, 2.7 * len(grounds))
        every = picture.subplots(len(grounds), 1, squeeze=False, sharex=True)[:, 0]
        for axes, ground in zip(every, grounds, strict=True):
            panel(axes, ground, tuple(course for course in found if course.ground == ground))
        every[-1].set_xlabel("secret memory touched, MB")
        ends = {course.use: -float(course.last("level2_splits")) for course in found}
        name_lines(picture, [(use_name(use), use_colour(use), end) for use, end in ends.items()])
        svg = canvas.svg(picture, "growth", TITLE, DESCRIPTION)
    return Figure("growth", TITLE, DESCRIPTION, svg, HEADER, table(found), NOTE)


def panel(axes: Axes, ground: str, found: tuple[Course, ...]) -> None:
    """Draw the courses on one kind of ground."""
    axes.set_title(canvas.title(ground_title(ground)))
    for course in found:
        splits = course.of("level2_splits")
        axes.step(
            [0, *course.of("touched_bytes") / MIB],
            [0, *splits],
            where="post",
            color=use_colour(course.use),
            alpha=0.75,
            linewidth=1.4,
        )
    axes.set_ylabel("regions split")
    axes.set_ylim(bottom=-0.2, top=max(4.0, axes.get_ylim()[1]))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    canvas.grid(axes)


def table(found: tuple[Course, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the rows of natural use, one a condition."""
    return tuple(row(group) for group in grouped(found).values())


def row(group: list[Course]) -> tuple[str, ...]:
    """Return the row of one condition: middle and range of its runs."""
    touched, level2, level3 = (lasts(group, metric) for metric in ("touched_bytes", "level2_splits", "level3_splits"))
    tables = sorted(PAGE_BYTES * (c.last("level2_splits") + c.last("level3_splits")) for c in group)
    a_mib = sum(level2) / max(sum(touched) / MIB, 1 / 256)
    return (
        use_name(group[0].use),
        ground_name(group[0].ground),
        str(len(group)),
        size_text(touched[len(touched) // 2]),
        range_text(level2),
        figures(a_mib),
        range_text(level3),
        f"{tables[len(tables) // 2] // 1024:,} KB",
        stop_names(group),
    )
