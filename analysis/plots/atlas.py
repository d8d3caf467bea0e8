"""The direct map as a picture: a cell for each 2 MB, a row for each 1 GB, rows in panels where they are many."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from analysis.atlas.region import ROW, coarse
from analysis.plots import canvas
from analysis.plots.palette import REGIONS
from workloads.atlas import Integers

PANELS = ((96, 1), (512, 2))
"""Up to so many rows, so many panels side by side."""
MOST_PANELS = 4
LEFT, RIGHT, GAP, HEAD, FOOT = 0.55, 0.22, 0.5, 0.3, 0.5
"""Inches around the panels."""
LEGEND, LINES, LINE, NAMES_A_ROW = 0.75, 3, 0.2, 3
"""Inches of a legend of so many lines, of each line more, and how many names a page has room for beside each other."""
TIGHT = 0.9
"""A panel that is narrower, in inches, has room for the first and the last number below it."""
ROW_HEIGHTS = (0.01, 0.13)
PANEL_HEIGHT = 7.5
POINTS = 72
APART, TOGETHER = 0.9, 1.3
"""Thickness of a row in its height: few rows are told apart, many are to show no seam."""
PALE = 0.22
"""Opacity of what is not to stand out."""
UNMARKED = -1
STEPS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
MOST_TICKS = 13
DOTS_AN_INCH = 200


@dataclass(frozen=True, slots=True)
class View:
    """A map to draw: its title, its cells (analysis/atlas/region.py), and which of them are to stand out, if any."""

    title: str
    cells: Integers
    marked: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows are laid out: side by side in panels, each of so many rows and cells a row; sizes in inches."""

    panels: int
    rows: int
    columns: int
    row_height: float
    panel_width: float

    @property
    def width(self) -> float:
        """The width of the picture."""
        return LEFT + RIGHT + self.panels * self.panel_width + (self.panels - 1) * GAP

    @property
    def height(self) -> float:
        """The height of one map with its title and its axis."""
        return HEAD + self.rows * self.row_height + FOOT


def wide_layout(rows: int) -> Layout:
    """Return the layout of a picture for itself, in which each cell is 2 MB and can be seen."""
    panels = panel_count(rows)
    return fill(rows, panels, ROW, 10.24 if panels == 1 else 5.12)


def narrow_layout(rows: int, width: float = 7.6) -> Layout:
    """Return the layout of a picture in a page: with several panels a cell stands for several regions."""
    panels, width = panel_count(rows), canvas.across(width)
    return fill(rows, panels, ROW // panels, (width - LEFT - RIGHT - (panels - 1) * GAP) / panels)


def panel_count(rows: int) -> int:
    """Return how many panels so many rows are laid out in."""
    return next((panels for most, panels in PANELS if rows <= most), MOST_PANELS)


def fill(rows: int, panels: int, columns: int, panel_width: float) -> Layout:
    """Return a layout whose rows are as high as fits, and no higher than is of use."""
    each = -(-rows // panels)
    return Layout(panels, each, columns, float(np.clip(PANEL_HEIGHT / each, *ROW_HEIGHTS)), panel_width)


def draw_maps(views: Sequence[View], layout: Layout, beneath: float = 0) -> Picture:
    """Return a picture of maps above each other, with one legend; `beneath` inches stay free at its foot."""
    marks = patches(views)
    columns = canvas.names_a_row([str(mark.get_label()) for mark in marks], NAMES_A_ROW)
    head = LEGEND + LINE * max(0, -(-len(marks) // columns) - LINES)
    height = head + len(views) * layout.height + beneath
    picture = canvas.picture(layout.width, height, placed=True)
    for number, view in enumerate(views):
        top = height - head - number * layout.height
        picture.text(LEFT / layout.width, (top - HEAD / 2) / height, view.title, va="center", weight="bold")
        for panel in range(layout.panels):
            left = LEFT + panel * (layout.panel_width + GAP)
            box = (left, top - layout.height + FOOT, layout.panel_width, layout.rows * layout.row_height)
            axes = picture.add_axes(tuple(np.divide(box, (layout.width, height) * 2)))
            draw_panel(axes, view, layout, panel * layout.rows)
    left = (LEFT - 0.1) / layout.width
    picture.legend(handles=marks, loc="upper left", bbox_to_anchor=(left, 1), ncols=columns, fontsize=9)
    return picture


def draw_panel(axes: Axes, view: View, layout: Layout, first: int) -> None:
    """Draw the rows of one panel, the lowest address at the top left."""
    rows = slice(first, first + layout.rows)
    cells = coarse(view.cells[rows], layout.columns)
    if view.marked is None:
        paint(axes, cells, layout)
    else:
        marked = coarse(view.marked[rows].astype(np.int64), layout.columns) > 0
        paint(axes, cells, layout, PALE)
        paint(axes, np.where(marked, cells, UNMARKED), layout)
    dress(axes, layout, first)


def paint(axes: Axes, cells: Integers, layout: Layout, alpha: float = 1) -> None:
    """Paint cells kind by kind, each over all that are less whole: so no seam shows between neighbours."""
    filled = APART if layout.panels == 1 else TOGETHER
    for kind, (_, colour) in enumerate(REGIONS):
        if not (cells == kind).any():
            continue
        chosen = cells >= kind if alpha == 1 else cells == kind
        width = filled * layout.row_height * POINTS
        look = {"fill": False, "edgecolor": colour, "linewidth": width, "capstyle": "butt", "alpha": alpha}
        # not add_patch: it works out the limits, which dress() sets, from every single line
        painted = axes.add_artist(PathPatch(lines(chosen), antialiased=False, **look))
        painted.set_clip_path(axes.patch)


def lines(chosen: np.ndarray) -> Path:
    """Return a line through every run of chosen cells, as one path."""
    edges = np.diff(np.pad(chosen.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, begin = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    points = np.column_stack([begin, row + 0.5, end, row + 0.5]).reshape(-1, 2)
    return Path(points, np.tile([Path.MOVETO, Path.LINETO], len(row)))


def dress(axes: Axes, layout: Layout, first: int) -> None:
    """Give a panel its axes: gigabytes downward, the place within a gigabyte to the right."""
    axes.set_xlim(0, layout.columns)
    axes.set_ylim(layout.rows, 0)
    step = next(step for step in STEPS if layout.rows <= step * MOST_TICKS)
    begin = -first % step
    shown = np.arange(begin, layout.rows, step)
    axes.set_yticks(shown + 0.5, [str(first + row) for row in shown])
    every = 256 if layout.panels == 1 else 512 if layout.panel_width > TIGHT else 1024
    quarters = range(0, 1025, every)
    axes.set_xticks([layout.columns * place / 1024 for place in quarters], [str(place) for place in quarters])
    axes.set_xlabel("MB within a row of 1 GB" if layout.panels == 1 else "MB in a row")
    if not first:
        axes.set_ylabel("GB of physical address")
    axes.tick_params(length=2)
    axes.spines[:].set_visible(False)


def patches(views: Sequence[View]) -> list[Patch]:
    """Return a named patch of each colour that occurs."""
    present = sorted({int(kind) for view in views for kind in np.unique(view.cells)})
    return [Patch(facecolor=REGIONS[kind][1], label=REGIONS[kind][0]) for kind in present]


def save(views: Sequence[View], layout: Layout, form: str) -> bytes:
    """Return a picture of maps as the bytes of a file, "svg" or "png", the same for the same maps."""
    file = io.BytesIO()
    with canvas.style():
        metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        draw_maps(views, layout).savefig(file, format=form, dpi=DOTS_AN_INCH, facecolor="white", metadata=metadata)
    return file.getvalue()
