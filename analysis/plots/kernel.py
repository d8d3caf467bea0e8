"""Where the kernel's time goes in a fault, as a bar of shares for each kind of memory."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.figure import Figure
from analysis.plots.palette import OTHERS, WORK, backing_name
from analysis.profile import GROUPS, Breakdown, Share, breakdowns
from workloads.spec import Condition

TITLE = "Where the kernel's time goes in a first touch"
DESCRIPTION = "Share of the samples in the page faults of first touches by kind of work, for each kind of memory."
NOTE = (
    "Sampled by {event} in processes of their own, never in timed runs; the preparing touch of the same memory counts "
    "as well, for it takes the same path. Time waiting for other CPUs is in it; what those do in the interrupt is not. "
    "{skid}Bars are shares and equally long, though a fault takes longer in one memory than in another. Intervals come "
    "from drawing whole processes."
)
SKID = (
    "A timer cannot look into code that holds interrupts off: that time appears where they are let on again, as at the "
    "end of sending an interrupt (native_write_msr) or of letting go of a lock (_raw_spin_unlock_irqrestore). "
)
TIMERS = ("cpu-clock", "task-clock")


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the shares by kind of memory; None where nothing was sampled."""
    found = breakdowns(result.profile)
    if not found:
        return None
    groups = present(found)
    with canvas.style():
        picture = canvas.picture(7.6, 1.5 + 0.36 * len(found))
        axes = picture.subplots()
        bars(axes, found)
        patches = [Patch(facecolor=WORK[g][1], edgecolor=canvas.INK, linewidth=0.3, label=WORK[g][0]) for g in groups]
        columns = canvas.names_a_row([WORK[group][0] for group in groups], 2)
        picture.legend(handles=patches, loc="outside upper left", ncols=columns)
        svg = canvas.svg(picture, "kernel", TITLE, DESCRIPTION)
    header = ("memory", "samples", "processes", *(WORK[group][0] for group in groups))
    note = NOTE.format(event=found[0].event, skid=SKID if found[0].event in TIMERS else "")
    return Figure("kernel", TITLE, DESCRIPTION, svg, header, tuple(row(each, groups) for each in found), note)


def present(found: tuple[Breakdown, ...]) -> list[str]:
    """Return the kinds of work that occur, in their order."""
    return [group for group in GROUPS if any(each.shares[group].value for each in found)]


def bars(axes: Axes, found: tuple[Breakdown, ...]) -> None:
    """Draw one bar a condition, with its number of samples behind it."""
    for place, each in enumerate(found):
        left = 0.0
        for group in GROUPS:
            width = each.shares[group].value
            axes.barh(place, width, left=left, height=0.72, color=WORK[group][1], edgecolor=canvas.INK, linewidth=0.3)
            left += width
        text = f"{each.samples} samples"
        axes.annotate(text, (1.0, place), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(found)), [condition_name(each.condition) for each in found])
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlim(0, 1.16)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel("share of the kernel's time in the fault")


def condition_name(condition: Condition) -> str:
    """Return the kind of memory, and what the other CPUs do where they are not idle."""
    others = str(condition.get("others") or "idle")
    company = "" if others == "idle" else f", others {OTHERS.get(others, others)}"
    return f"{backing_name(str(condition.get('backing')))}{company}"


def row(each: Breakdown, groups: list[str]) -> tuple[str, ...]:
    """Return a row of the table."""
    shares = (share_text(each.shares[group]) for group in groups)
    return (condition_name(each.condition), str(each.samples), str(each.processes), *shares)


def share_text(share: Share) -> str:
    """Return a share for a person, as "48 % (46 to 50)"; "none" where not one sample was met."""
    if not share.value:
        return "none"
    low, high = 100 * share.interval.low, 100 * share.interval.high
    bounds = f"{low:.1f} to {high:.1f}" if math.isfinite(high - low) else "no bounds"
    return f"{100 * share.value:.1f} % ({bounds})"
