"""The phases of a secret's life as a stacked bar, by the way in which secrets are held."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_below, time_axis
from analysis.plots.duration import duration, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import PHASES, phase_name, way_name

TITLE = "The phases of a secret's life"
DESCRIPTION = "Mean time that each phase takes a secret, one bar a way of holding secrets, one panel a size."
NOTE = "What is done once for many secrets (an arena's mmap) is divided among them. Each panel has its own scale."
Life = dict[str, float]
"""Mean ns a secret by phase."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the lives by size and way; None where no life was measured."""
    found = lives(cells)
    if not found:
        return None
    with canvas.style():
        picture = canvas.picture(7.6, 1.4 + sum(0.75 + 0.28 * len(ways) for ways in found.values()))
        heights = [len(ways) + 2 for ways in found.values()]
        every = picture.subplots(len(found), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, (size, ways) in zip(every, found.items(), strict=True):
            panel(axes, size, ways)
        name_below(picture, marks(present(found)))
        svg = canvas.svg(picture, "phases", TITLE, DESCRIPTION)
    header = ("size", "held as", *map(phase_name, present(found)), "all")
    rows = tuple(row(size, way, life, found) for size, ways in found.items() for way, life in ways.items())
    return Figure("phases", TITLE, DESCRIPTION, svg, header, rows, NOTE)


def lives(cells: tuple[Cell, ...]) -> dict[int, dict[str, Life]]:
    """Return mean ns a secret: by size in bytes, by way, by phase."""
    found: dict[int, dict[str, Life]] = {}
    for cell in cells:
        if cell.condition.workload == "alloc_latency" and cell.metric in PHASES:
            size, way = int(cell.condition.get("size") or 0), str(cell.condition.get("way"))
            found.setdefault(size, {}).setdefault(way, {})[cell.metric] = a_secret(cell)
    return dict(sorted(found.items()))


def a_secret(cell: Cell) -> float:
    """Return the mean ns that a phase takes each secret: all of a run's readings, shared among the secrets held."""
    held = int(cell.condition.get("count") or 1)
    return float(cell.values["mean"].mean()) * cell.readings / (len(cell.runs) * held)


def present(found: dict[int, dict[str, Life]]) -> list[str]:
    """Return the phases that occur, in the order of a life."""
    occurring = {phase for ways in found.values() for life in ways.values() for phase in life}
    return [phase for phase in PHASES if phase in occurring]


def panel(axes: Axes, size: int, ways: dict[str, Life]) -> None:
    """Draw the bars of one size."""
    axes.set_title(f"{size_text(size)} a secret")
    for place, life in enumerate(ways.values()):
        left = 0.0
        for phase in filter(life.__contains__, PHASES):
            axes.barh(
                place, life[phase], left=left, height=0.72, color=PHASES[phase], edgecolor=canvas.INK, linewidth=0.3
            )
            left += life[phase]
        axes.annotate(duration(left), (left, place), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(ways)), [way_name(way) for way in ways])
    axes.set_ylim(len(ways) - 0.5, -0.5)
    axes.margins(x=0.16)  # room for the sum behind the longest bar
    time_axis(axes.xaxis, log=False)
    canvas.grid(axes, "x")


def marks(phases: list[str]) -> list[Patch]:
    """Return a labelled patch of each phase's colour."""
    return [Patch(facecolor=PHASES[p], edgecolor=canvas.INK, linewidth=0.3, label=phase_name(p)) for p in phases]


def row(size: int, way: str, life: Life, found: dict[int, dict[str, Life]]) -> tuple[str, ...]:
    """Return a row of the table, "-" for a phase that this way does not have."""
    times = (duration(life[phase]) if phase in life else "-" for phase in present(found))
    return (size_text(size), way_name(way), *times, duration(sum(life.values())))
