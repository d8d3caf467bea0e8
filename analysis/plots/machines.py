"""Machines side by side: each claim's ratio on each of them, and nothing pooled."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.compare import Ratio
from analysis.fear.column import columns
from analysis.plots import canvas
from analysis.plots.axis import name_below, ratio_axis
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.duration import interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION
from analysis.report.study import Study

TITLE = "The same claims on several machines"
DESCRIPTION = "Each claim's ratio of treatment to baseline with its interval, machine by machine; 1 is no difference."
NOTE = (
    "Each machine's ratio is its own: nothing is pooled. Intervals that do not overlap tell machines apart; of many "
    "pairs, some do so by chance."
)
HEADER = ("claim", "machine", "outcome", "ratio", "interval", "blocks")
LOOKS = tuple(zip((VERMILLION, BLUE, GREEN, ORANGE, PURPLE, SKY), "osD^vP", strict=True))
"""A colour and a form for each machine, so that either tells them apart."""
APART = 0.6
"""The part of a row over which its machines are spread."""
Row = tuple[str, str, str, Ratio]
"""A claim's name, the column's title, the outcome and the ratio."""


def draw(studies: Sequence[Study]) -> Figure | None:
    """Return the claims of some studies, a column of the report each; None where no claim has a ratio."""
    rows = [
        (verdict.claim.name, column.title, verdict.outcome, verdict.ratio)
        for column in columns(studies)
        for study in column.studies
        for verdict in study.verdicts
        if verdict.ratio
    ]
    if not rows:
        return None
    claims = list(dict.fromkeys(name for name, *_ in rows))
    titles = list(dict.fromkeys(title for _, title, *_ in rows))
    with canvas.style():
        picture = canvas.picture(7.6, 1.2 + 1.6 * ROW_HEIGHT * len(claims))
        panel(picture.subplots(), rows, claims, titles)
        name_below(picture, [named(title, place) for place, title in enumerate(titles)])
        svg = canvas.svg(picture, "machines", TITLE, DESCRIPTION)
    ordered = sorted(rows, key=lambda row: (claims.index(row[0]), titles.index(row[1])))
    return Figure("machines", TITLE, DESCRIPTION, svg, HEADER, tuple(map(told, ordered)), NOTE)


def named(title: str, place: int) -> Line2D:
    """Return the mark that names a machine."""
    colour, form = LOOKS[place % len(LOOKS)]
    return Line2D([], [], color=colour, marker=form, linewidth=2, label=title)


def panel(axes: Axes, rows: Sequence[Row], claims: Sequence[str], titles: Sequence[str]) -> None:
    """Draw every ratio in the row of its claim, machines a little apart."""
    axes.axvline(1, color=canvas.INK, linewidth=1)
    for name, title, _, ratio in rows:
        place = titles.index(title)
        height = claims.index(name) + APART * ((place + 0.5) / len(titles) - 0.5)
        colour, form = LOOKS[place % len(LOOKS)]
        if math.isfinite(ratio.high) and ratio.low > 0:
            axes.hlines(height, ratio.low, ratio.high, color=colour, linewidth=2)
        axes.plot(ratio.value, height, form, color=colour, markersize=6)
    axes.set_yticks(range(len(claims)), claims)
    ratio_axis(axes, len(claims))


def told(row: Row) -> tuple[str, ...]:
    """Return a row of the table."""
    name, title, outcome, ratio = row
    return (name, title, outcome, ratio_text(ratio.value), interval_text(ratio.low, ratio.high), str(ratio.blocks))
