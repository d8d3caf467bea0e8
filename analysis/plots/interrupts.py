"""How often a page of an aggressor interrupts the neighbours' CPUs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis.cells import Cell, look_count
from analysis.load import Result
from analysis.neighbour.interrupt import KINDS, Interrupts, interrupts
from analysis.neighbour.ordinary import Scene, scenes
from analysis.neighbour.window import windows
from analysis.plots import canvas
from analysis.plots.axis import name_lines
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.figure import Figure
from analysis.plots.neighbour_name import dose_name, victim_name
from analysis.plots.palette import BLUE, VERMILLION
from analysis.stats.block import Estimate

TITLE = "How often a page interrupts a neighbour's CPU"
DESCRIPTION = (
    "Interrupts of the neighbour's CPU for each page (or event) of what goes on beside it, above those beside a busy "
    "loop, by the two rows of /proc/interrupts: function calls, by which the kernel has its own address range flushed, "
    "and TLB shootdowns, which are ordinary."
)
NOTE = (
    "Of a neighbour that only computes, where there is one. The bars are 95 % intervals over blocks. x86 kernels count "
    "an ordinary shootdown in both rows."
)
HEADER = ("neighbour", "beside", "interrupts", "a page", "95 % interval", "an operation")
NAMES = {"cal": ("function calls (CAL)", VERMILLION), "tlb": ("TLB shootdowns (TLB)", BLUE)}
STEADY = "compute"
BESIDE = 0.15


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the interrupts a page of one victim, computing where there is one; None where none were counted."""
    every = scenes(windows(result), look_count(result.manifest.experiment))
    scene = next((each for each in every if each.victim == STEADY), every[0] if every else None)
    found = [each for each in interrupts(scene) if each.a_page] if scene else []
    if not found:
        return None
    with canvas.style():
        doses = list(dict.fromkeys(each.dose for each in found))
        picture = canvas.picture(7.6, 1.2 + ROW_HEIGHT * len(doses))
        panel(picture.subplots(), found)
        name_lines(picture, [(*NAMES[kind], float(n)) for n, kind in enumerate(KINDS)])
        svg = canvas.svg(picture, "interrupts", TITLE, DESCRIPTION)
    return Figure("interrupts", TITLE, DESCRIPTION, svg, HEADER, rows(every), NOTE)


def panel(axes: Axes, found: Sequence[Interrupts]) -> None:
    """Draw two marks for each dose."""
    doses = list(dict.fromkeys(each.dose for each in found))
    for each in found:
        place = doses.index(each.dose) + (BESIDE if each.kind == "tlb" else -BESIDE)
        if each.a_page:
            mark(axes, place, each.a_page, NAMES[each.kind][1])
    axes.axvline(0, color=canvas.INK, linewidth=0.7)
    axes.set_yticks(range(len(doses)), [dose_name(dose) for dose in doses])
    axes.set_ylim(len(doses) - 0.5, -0.5)
    axes.set_xlabel("interrupts of the neighbour's CPU a page")
    canvas.grid(axes, "x")


def mark(axes: Axes, place: float, value: Estimate, colour: str) -> None:
    """Draw one value; an interval without bounds is not drawn."""
    if math.isfinite(value.high - value.low):
        axes.hlines(place, value.low, value.high, color=colour, linewidth=2, alpha=0.6)
    axes.plot(value.value, place, "o", markersize=5, color=colour)


def rows(every: Sequence[Scene]) -> tuple[tuple[str, ...], ...]:
    """Return the rows of every victim."""
    return tuple(
        (
            victim_name(scene.victim),
            dose_name(each.dose),
            NAMES[each.kind][0],
            f"{each.a_page.value:.3f}",
            between(each.a_page),
            f"{each.an_operation.value:.3g}" if each.an_operation else "-",
        )
        for scene in every
        for each in interrupts(scene)
        if each.a_page
    )


def between(value: Estimate | None) -> str:
    """Return an interval of counts."""
    known = value and math.isfinite(value.high - value.low)
    return f"{value.low:.3f} to {value.high:.3f}" if value and known else "no bounds"
