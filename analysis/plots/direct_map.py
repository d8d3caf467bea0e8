"""The direct map before the first run and after the last one, and how its scars grew meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from analysis.atlas.region import kinds
from analysis.atlas.store import states
from analysis.atlas.tally import Tally, scar_pages, tally
from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.atlas import FOOT, HEAD, LEFT, RIGHT, View, draw_maps, narrow_layout
from analysis.plots.figure import Figure
from analysis.plots.palette import ORANGE, VERMILLION
from bench.model.run import Run
from workloads.atlas import MAPPED_4K, PAGE_BYTES, Atlas

TITLE = "The direct map"
DESCRIPTION = "How the kernel maps all memory for itself, before the first run and after the last one."
NOTE = (
    "Each row is 1 GB of physical memory, each cell in it {cell} MB, coloured by what is furthest from whole in it. "
    "What is in 4 KB pages stays so until the next boot. A page that was taken out once and put back lacks the Global "
    "bit, by which it is told; the text of modules and of BPF programs leaves the same mark."
)
HEADER = ("state", "1 GB pages", "2 MB pages", "4 KB pages", "2 MB regions in 4 KB pages", "pages once taken out",
          "pages out now", "page tables")  # fmt: skip
GROWTH_HEIGHT, LEGEND = 1.6, 0.25
"""Inches, and of a line for the legend where it has no room beside the title."""
GIB, MIB = 1 << 30, 1 << 20


@dataclass(frozen=True, slots=True)
class Journey:
    """The first and the last state of a result with their tallies, and what is split after each run that has both."""

    first: Atlas
    last: Atlas
    before: Tally
    after: Tally
    growth: tuple[tuple[int, int, int | None], ...]
    """A run (plan index), and behind it the bytes in 4 KB pages and of what was once taken out."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the map before and after; None where no atlas was taken."""
    found = journey(result)
    if found is None:
        return None
    views = [View("Before the first run", kinds(found.first)), View("After the last run", kinds(found.last))]
    layout = narrow_layout(max(len(view.cells) for view in views))
    with canvas.style():
        legend = LEGEND if canvas.is_narrow() else 0.0
        picture = draw_maps(views, layout, GROWTH_HEIGHT + legend)
        height, width = picture.get_figheight(), picture.get_figwidth()
        box = (LEFT + 0.3, FOOT, width - LEFT - RIGHT - 0.3, GROWTH_HEIGHT - FOOT - HEAD)
        size = (width, height, width, height)
        axes = picture.add_axes(tuple(a / b for a, b in zip(box, size, strict=True)))  # type: ignore[arg-type]
        draw_growth(axes, found)
        svg = canvas.svg(picture, "direct_map", TITLE, DESCRIPTION)
    rows = (row("before the first run", found.before), row("after the last run", found.after))
    return Figure("direct_map", TITLE, DESCRIPTION, svg, HEADER, rows, NOTE.format(cell=1024 // layout.columns))


def journey(result: Result) -> Journey | None:
    """Return what the runs of a result did to the map, None where no run has both states; reads each state once."""
    runs = [run for run in result.runs if run.atlas_before and run.atlas_after]
    if not runs:
        return None
    ends = (runs[0].atlas_before, runs[-1].atlas_after)
    split: dict[str, tuple[int, int | None]] = {}
    kept: dict[str, Atlas] = {}
    for state, atlas in states(result):
        split[state.sha256] = atlas.mapped_bytes(MAPPED_4K), scar_bytes(atlas)
        if state.sha256 in ends:
            kept[state.sha256] = atlas
    if any(name not in split for run in runs for name in names(run)):
        return None
    first, last = (kept[str(name)] for name in ends)
    growth = tuple((run.trial.index, *split[str(run.atlas_after)]) for run in runs)
    return Journey(first, last, tally(first), tally(last), growth)


def names(run: Run) -> tuple[str, str]:
    """Return the names of a run's two states."""
    return str(run.atlas_before), str(run.atlas_after)


def draw_growth(axes: Axes, found: Journey) -> None:
    """Draw, run by run, how much more is in 4 KB pages, and was taken out once, than before the first run."""
    at = [index for index, _, _ in found.growth]
    small = [(now - found.before.small_bytes) / MIB for _, now, _ in found.growth]
    axes.plot(at, small, color=ORANGE, linewidth=2, label="in 4 KB pages")
    scars = [now for _, _, now in found.growth]
    begun = scar_bytes(found.first)
    if begun is not None and None not in scars:
        axes.plot(at, [((now or 0) - begun) / MIB for now in scars], "--", color=VERMILLION, linewidth=2,
                  label="once taken out")  # fmt: skip
    axes.set_title("More than before the first run", pad=6 + 72 * LEGEND if canvas.is_narrow() else None)
    axes.set_xlabel("run, as planned" if canvas.is_narrow() else "run, in the order of the plan")
    axes.set_ylabel("MB")
    if canvas.is_narrow():
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 0.95), ncols=2)
    else:
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.95), ncols=2)
    canvas.grid(axes, "y")


def scar_bytes(atlas: Atlas) -> int | None:
    """Return the size of what was once taken out, None where it cannot be told."""
    pages = scar_pages(atlas)
    return None if pages is None else pages * PAGE_BYTES


def row(name: str, found: Tally) -> tuple[str, ...]:
    """Return a row of the table."""
    sizes = (found.huge_bytes, found.large_bytes, found.small_bytes)
    scars = "not to be told" if found.scar_pages is None else f"{found.scar_pages:,}"
    shown = (f"{size / GIB:.2f} GB ({100 * size / max(found.mapped_bytes, 1):.1f} %)" for size in sizes)
    tables = f"{found.table_bytes / MIB:.1f} MB"
    return (name, *shown, f"{found.small_regions:,}", scars, f"{found.removed_pages:,}", tables)
