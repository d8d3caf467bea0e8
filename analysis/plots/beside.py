"""What lies beside secret pages: the blocks of 2 MB that they come from, by what else is in them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.patches import Patch

from analysis.cells import Cell
from analysis.course import MAPPED_4K, PAGE_BYTES, Course, courses, grouped, natural
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.duration import figures, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREEN, GREY, VERMILLION
from analysis.plots.usage import ground_name, use_name

TITLE = "Where secret pages come from"
DESCRIPTION = (
    "What the 512 pages are of a block of 2 MB that holds secret pages, on average over all such blocks, by how secret "
    "memory was had."
)
NOTE = (
    "Pages of programs and files can be moved by the kernel, the others cannot: a secret page beside the former keeps "
    "a block from being free as a whole. Of unnamed pages the kernel says nothing: they are others of its own, and "
    "free ones that a CPU keeps in hand."
)
KINDS = {
    "secret": ("secret", VERMILLION),
    "user": ("of programs and files", GREEN),
    "kernel": ("of the kernel", BLUE),
    "unnamed": ("unnamed", GREY),
    "free": ("free", "none"),
}
HEADER = (
    "use",
    "memory",
    "blocks",
    "blocks a MB held",
    "secret pages a block",
    "in 4 KB before",
    "with pages of programs",
    "with the kernel's alone",
    "with no other",
)
PAGES_A_BLOCK = 512


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the blocks by what is in them; None where frames cannot be seen."""
    found = tuple(course for course in natural(courses(result)) if len(course.of("region_secret_pages")))
    if not found:
        return None
    groups = list(grouped(found).values())
    with canvas.style():
        picture = canvas.picture(7.6, 1.3 + 0.3 * len(groups))
        panel(picture.subplots(), groups)
        name_kinds(picture)
        svg = canvas.svg(picture, "beside", TITLE, DESCRIPTION)
    return Figure("beside", TITLE, DESCRIPTION, svg, HEADER, tuple(map(row, groups)), NOTE)


def column(group: list[Course], kind: str) -> list[int]:
    """Return a kind's pages in each block of all runs."""
    metric = f"region_{kind}_pages" if kind in KINDS else f"region_{kind}"
    return [int(pages) for course in group for pages in course.of(metric)]


def panel(axes: Axes, groups: list[list[Course]]) -> None:
    """Draw one bar a condition."""
    for place, group in enumerate(groups):
        left = 0.0
        for kind, (_, colour) in KINDS.items():
            pages = column(group, kind)
            width = sum(pages) / max(len(pages), 1)
            axes.barh(place, width, left=left, height=0.72, color=colour, edgecolor=canvas.INK, linewidth=0.3)
            left += width
    names = [f"{use_name(group[0].use)}, {size(group)}, {ground_name(group[0].ground)}" for group in groups]
    axes.set_yticks(range(len(groups)), names)
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_xlim(0, PAGES_A_BLOCK)
    axes.set_xlabel("pages of a block")


def name_kinds(picture: Picture) -> None:
    """Name the colours, above the bars."""
    patches = [Patch(facecolor=c, edgecolor=canvas.INK, linewidth=0.3, label=name) for name, c in KINDS.values()]
    columns = canvas.names_a_row([name for name, _ in KINDS.values()], 5)
    picture.legend(handles=patches, loc="outside upper right", ncols=columns, handlelength=1.0)


def size(group: list[Course]) -> str:
    """Return how much secret memory a condition has."""
    return size_text(int(group[0].condition.get("pages") or 0) * PAGE_BYTES)


def row(group: list[Course]) -> tuple[str, ...]:
    """Return the row of one condition."""
    secret, user, kernel, unnamed, level = (
        column(group, kind) for kind in ("secret", "user", "kernel", "unnamed", "level_before")
    )
    blocks, held_mib = len(secret), sum(secret) / 256
    beside = [(u > 0, k + n > 0) for u, k, n in zip(user, kernel, unnamed, strict=True)]
    shares = (
        sum(at == MAPPED_4K for at in level),
        sum(programs for programs, _ in beside),
        sum(own and not programs for programs, own in beside),
        sum(not own and not programs for programs, own in beside),
    )
    return (
        use_name(group[0].use),
        f"{size(group)}, {ground_name(group[0].ground)}",
        f"{blocks:,}",
        figures(blocks / max(held_mib, 1 / 256)),
        figures(sum(secret) / blocks),
        *(f"{100 * share / blocks:.0f} %" for share in shares),
    )
