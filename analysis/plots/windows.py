"""The timeline of one block: what a neighbour gets done, bucket by bucket, while what goes on beside it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.cells import Cell
from analysis.load import Result
from analysis.neighbour.ordinary import BUSY
from analysis.neighbour.window import Window, windows
from analysis.plots import canvas
from analysis.plots.figure import Figure
from analysis.plots.neighbour_name import dose_name, victim_name
from analysis.plots.palette import BLUE, VERMILLION

TITLE = "One block, bucket by bucket"
DESCRIPTION = (
    "The throughput of one neighbour (upwards, against its median beside a busy loop) over time (to the right) in the "
    "first block: nothing restarts, only what goes on beside it changes, as written above; secret memory is shaded."
)
NOTE = "The gaps are the beginnings of windows, in which everybody settles and nothing is counted."
HEADER = ("beside", "pages a second", "mean throughput", "lowest bucket")
NARROW_IN = 2.4
"""The height of a panel that has its names upright above it."""
SHOWN = 3
"""Of so many victims, those with the steadiest work."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the first block of some victims; None where there are no neighbours."""
    made = windows(result)
    found = [mine for victim in dict.fromkeys(w.victim for w in made) if (mine := first(made, victim))]
    chosen = sorted(found, key=unsteady)[:SHOWN]
    if not chosen:
        return None
    with canvas.style():
        panel_in = NARROW_IN if canvas.is_narrow() else 1.5
        picture = canvas.picture(9.0, 1.4 + panel_in * len(chosen))
        for axes, mine in zip(picture.subplots(len(chosen), 1, squeeze=False).ravel(), chosen, strict=True):
            panel(axes, mine)
        svg = canvas.svg(picture, "windows", TITLE, DESCRIPTION)
    return Figure(
        "windows", TITLE, DESCRIPTION, svg, HEADER, tuple(row(mine, w) for mine in chosen for w in mine), NOTE
    )


def first(made: Sequence[Window], victim: str) -> list[Window]:
    """Return the windows of a victim's first block, in order of time; none where nothing is known of its usual work."""
    mine = sorted((w for w in made if w.victim == victim and w.block == 0), key=lambda w: w.index)
    return mine if usual(mine) > 0 else []


def usual(mine: Sequence[Window]) -> float:
    """Return the median bucket beside a busy loop, 0 where there is none."""
    buckets = [w.operations for w in mine if w.dose.aggressor == BUSY and len(w.operations)]
    return float(np.median(np.concatenate(buckets))) if buckets else 0.0


def unsteady(mine: Sequence[Window]) -> float:
    """Return how far a victim's buckets spread beside a busy loop."""
    buckets = np.concatenate([w.operations for w in mine if w.dose.aggressor == BUSY])
    return float(buckets.std() / usual(mine))


def panel(axes: Axes, mine: Sequence[Window]) -> None:
    """Draw a victim's buckets, and what goes on above them."""
    level, begin_s = usual(mine), mine[0].begin_s
    axes.axhline(1, color=canvas.INK, linewidth=0.7)
    for window in mine:
        at_s = window.begin_s - begin_s + window.bucket_s * (np.arange(len(window.operations)) + 0.5)
        secret = "secret" in window.dose.aggressor
        if secret:
            axes.axvspan(at_s[0], at_s[-1], color=VERMILLION, alpha=0.12, linewidth=0)
        axes.plot(at_s, window.operations / level, color=VERMILLION if secret else BLUE, linewidth=1)
        place = (float(at_s.mean()), 1.02)
        text = dose_name(window.dose)
        above = {"transform": axes.get_xaxis_transform(), "fontsize": canvas.points(6.5), **slant()}
        axes.text(*place, text, **above)
    axes.set_ylim(0, 1.25)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylabel(victim_name(mine[0].victim), fontsize=8)
    axes.set_xlabel("seconds")
    canvas.grid(axes, "y")


def slant() -> dict[str, Any]:
    """Return how names stand above windows: upright where windows are narrow, so that none lies on another."""
    return {"rotation": 90, "ha": "center"} if canvas.is_narrow() else {"rotation": 35, "ha": "left"}


def row(mine: Sequence[Window], window: Window) -> tuple[str, ...]:
    """Return a window's row of the table."""
    level = usual(mine)
    return (
        f"{victim_name(window.victim)}: {dose_name(window.dose)}",
        f"{window.pages_a_s:,.0f}",
        f"{100 * window.operations.mean() / level:.1f} %",
        f"{100 * window.operations.min() / level:.1f} %",
    )
