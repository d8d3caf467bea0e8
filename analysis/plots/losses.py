"""What each neighbour loses: a row a victim, a column a thing that goes on beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.cells import Cell, look_count
from analysis.load import Result
from analysis.neighbour.effect import Effect, effects
from analysis.neighbour.ordinary import scenes
from analysis.neighbour.window import Dose, windows
from analysis.plots import canvas
from analysis.plots.figure import Figure
from analysis.plots.neighbour_name import dose_name, victim_name
from analysis.plots.palette import BLUE, VERMILLION
from analysis.stats.block import Estimate

TITLE = "How much less neighbours get done"
DESCRIPTION = (
    "For each neighbour (a row) and each thing that goes on on another CPU (a column), by how many per cent its "
    "throughput differs from what it has beside as many pages a second of ordinary, locked memory."
)
NOTE = (
    "Beside what makes no pages, and beside that ordinary memory itself, the comparison is with a busy loop. Bold: the "
    "95 % interval over blocks does not hold 0, which is so of one cell in twenty where nothing is lost: the two busy "
    "loops, each against the other, show it. The stronger the colour, the more is lost (red) or won (blue)."
)
HEADER = ("neighbour", "beside", "pages a second", "throughput", "95 % interval", "p99", "95 % interval", "blocks")
STRONGEST = 0.4
"""A change by this share has the full colour."""
OPACITY = 0.75
WIDTH, HEIGHT = 0.62, 0.3
"""Of a cell, in inches."""
NARROW = 0.42
"""The height of one whose per cent stand upright."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return what every victim loses beside every dose; None where there are no neighbours."""
    found = [
        effect
        for scene in scenes(windows(result), look_count(result.manifest.experiment))
        for effect in effects(scene)
        if effect.throughput
    ]
    if not found:
        return None
    victims = tuple(dict.fromkeys(effect.scene.victim for effect in found))
    doses = tuple(dict.fromkeys(effect.dose for effect in found))
    with canvas.style():
        height = NARROW if canvas.is_narrow() else HEIGHT
        picture = canvas.picture(1.6 + WIDTH * len(doses), 1.5 + height * len(victims))
        panel(picture.subplots(), found, victims, doses)
        svg = canvas.svg(picture, "losses", TITLE, DESCRIPTION)
    return Figure("losses", TITLE, DESCRIPTION, svg, HEADER, tuple(map(row, found)), NOTE)


def panel(axes: Axes, found: Sequence[Effect], victims: Sequence[str], doses: Sequence[Dose]) -> None:
    """Draw a cell for each effect."""
    for effect in found:
        if effect.throughput:
            cell(axes, doses.index(effect.dose), victims.index(effect.scene.victim), effect.throughput)
    axes.set_xlim(-0.5, len(doses) - 0.5)
    axes.set_ylim(len(victims) - 0.5, -0.5)
    axes.set_yticks(range(len(victims)), [victim_name(victim) for victim in victims])
    axes.xaxis.tick_top()
    slant: dict[str, Any] = {"rotation": 90, "fontsize": 8} if canvas.is_narrow() else {"rotation": 50, "ha": "left"}
    axes.set_xticks(range(len(doses)), [dose_name(dose) for dose in doses], **slant)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def cell(axes: Axes, column: int, place: int, change: Estimate) -> None:
    """Draw one cell: its colour says how much, its weight how sure."""
    share = change.value - 1
    colour = VERMILLION if share < 0 else BLUE
    alpha = OPACITY * min(1.0, abs(share) / STRONGEST)
    axes.add_patch(Rectangle((column - 0.47, place - 0.44), 0.94, 0.88, color=colour, alpha=alpha, linewidth=0))
    sure = math.isfinite(change.high - change.low) and not change.low <= 1 <= change.high
    weight = "bold" if sure else "normal"
    text, turned = (f"{round(100 * share):+d}", 90) if canvas.is_narrow() else (f"{round(100 * share):+d} %", 0)
    axes.text(column, place, text, ha="center", va="center", fontsize=8, fontweight=weight, rotation=turned)


def row(effect: Effect) -> tuple[str, ...]:
    """Return an effect's row of the table."""
    change, slow = effect.throughput, effect.p99
    return (
        victim_name(effect.scene.victim),
        dose_name(effect.dose),
        f"{effect.pages_a_s:,.0f}",
        percent(change),
        between(change),
        percent(slow),
        between(slow),
        str(change.blocks if change else 0),
    )


def percent(change: Estimate | None) -> str:
    """Return by how many per cent a ratio differs from 1."""
    return f"{tenths(change.value):+.1f} %" if change else "-"


def between(change: Estimate | None) -> str:
    """Return the interval of that."""
    if change is None:
        return "-"
    if not math.isfinite(change.high - change.low):
        return "no bounds"
    return f"{tenths(change.low):+.1f} to {tenths(change.high):+.1f} %"


def tenths(ratio: float) -> float:
    """Return by how many per cent a ratio differs from 1, to a tenth, and a nothing without a minus."""
    return round(100 * (ratio - 1), 1) + 0.0
