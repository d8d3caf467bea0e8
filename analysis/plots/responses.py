"""Dose and response: what a neighbour loses over how many pages a second go on beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from analysis.cells import Cell, look_count
from analysis.load import Result
from analysis.neighbour.ordinary import Scene, scenes
from analysis.neighbour.response import Response, response
from analysis.neighbour.window import windows
from analysis.plots import canvas
from analysis.plots.axis import name_lines
from analysis.plots.duration import duration, duration_range
from analysis.plots.figure import Figure
from analysis.plots.neighbour_name import dose_name, victim_name
from analysis.plots.palette import backing_colour, backing_name

TITLE = "What neighbours lose, by how many pages a second"
DESCRIPTION = (
    "A panel for each neighbour: the share of its throughput that it loses (upwards) over the pages a second that were "
    "really made (to the right), against the same rate of ordinary, locked memory; the line is the least-squares line "
    "through no loss at no pages."
)
NOTE = (
    "The bars are 95 % intervals over blocks. The slope says how much CPU time a page takes away from a neighbour; a "
    "point far off the line says that the loss is not in proportion. Ordinary memory is drawn where its rates overlap."
)
HEADER = ("neighbour", "beside", "pages a second", "loss", "95 % interval", "CPU time a page", "95 % interval")
DRAWN = ("secret", "anonymous")
COLUMNS, NARROW_COLUMNS, PANEL = 4, 2, (1.9, 1.55)


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the responses of every victim; None where none was measured at any rate."""
    found = [
        (scene, answers)
        for scene in scenes(windows(result), look_count(result.manifest.experiment))
        if (answers := responses(scene))
    ]
    if not found:
        return None
    with canvas.style():
        width = min(NARROW_COLUMNS if canvas.is_narrow() else COLUMNS, len(found))
        height = -(-len(found) // width)
        picture = canvas.picture(max(3.6, PANEL[0] * width), 0.6 + PANEL[1] * height)
        panels = np.atleast_1d(picture.subplots(height, width, sharex=True, squeeze=False)).ravel()
        for axes, (scene, answers) in zip(panels, found, strict=False):
            panel(axes, scene, answers)
        for axes in panels[len(found) :]:
            axes.set_visible(False)
        for axes in panels[: len(found)][-width:]:
            axes.tick_params(labelbottom=True)  # also of those above an empty place
        aside: dict[str, Any] = {"x": 0.99, "ha": "right"} if canvas.is_narrow() else {}
        picture.supxlabel("pages a second", fontsize=10, **aside)  # names of lines have the other side
        picture.supylabel("throughput lost", fontsize=10)
        shown = [kind for kind in DRAWN if any(each.aggressor == kind for _, answers in found for each in answers)]
        name_lines(picture, [(backing_name(kind), backing_colour(kind), float(n)) for n, kind in enumerate(shown)])
        svg = canvas.svg(picture, "responses", TITLE, DESCRIPTION)
    rows = tuple(row for _, answers in found for each in answers for row in table(each))
    return Figure("responses", TITLE, DESCRIPTION, svg, HEADER, rows, NOTE)


def responses(scene: Scene) -> tuple[Response, ...]:
    """Return a victim's responses to secret and to anonymous memory, as far as they were measured."""
    return tuple(found for kind in DRAWN if (found := response(scene, kind)))


def panel(axes: Axes, scene: Scene, answers: Sequence[Response]) -> None:
    """Draw the points of a victim, and the line of the secret ones."""
    axes.set_title(victim_name(scene.victim), fontsize=8 if canvas.is_narrow() else 9)
    axes.axhline(0, color=canvas.INK, linewidth=0.7)
    for each in answers:
        points(axes, each)
    secret = next((each for each in answers if each.aggressor == "secret"), None)
    if secret:
        most = max(rate for _, rate, _ in secret.points)
        colour = backing_colour("secret")
        axes.plot([0, most], [0, secret.slope.value * most], color=colour, linewidth=1, alpha=0.6)
        axes.set_xlim(0, 1.15 * most)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate / 1000:g}k" if rate else "0"))
    axes.tick_params(labelsize=8)
    canvas.grid(axes)


def points(axes: Axes, each: Response) -> None:
    """Draw the losses of one kind of memory with their intervals."""
    colour = backing_colour(each.aggressor)
    for _, rate, loss in each.points:
        if math.isfinite(loss.high - loss.low):
            axes.vlines(rate, loss.low, loss.high, color=colour, linewidth=1.5, alpha=0.6)
        axes.plot(rate, loss.value, "o", color=colour, markersize=4)


def table(each: Response) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a response, one a dose; the cost of a page stands in each."""
    cost = each.cost_ns
    return tuple(
        (
            victim_name(each.scene.victim),
            dose_name(dose),
            f"{rate:,.0f}",
            f"{100 * loss.value:.1f} %",
            f"{100 * loss.low:.1f} to {100 * loss.high:.1f} %" if math.isfinite(loss.high - loss.low) else "no bounds",
            signed(cost.value),
            signed_range(cost.low, cost.high),
        )
        for dose, rate, loss in each.points
    )


def signed(ns: float) -> str:
    """Return a time that may be below zero."""
    return duration(ns) if ns >= 0 else f"-{duration(-ns)}"


def signed_range(low_ns: float, high_ns: float) -> str:
    """Return a range of such times; without bounds it says so."""
    if not math.isfinite(high_ns - low_ns):
        return "no bounds"
    return duration_range(low_ns, high_ns) if low_ns >= 0 else f"{signed(low_ns)} to {signed(high_ns)}"
