"""A series of boots: each block of boots a point, and the claim's interval over them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from analysis.boots import Judged
from analysis.compare import Ratio
from analysis.plots import canvas
from analysis.plots.axis import ratio_axis
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.duration import interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREY

TITLE = "Kinds of boots compared, block by block of boots"
DESCRIPTION = "Each point is one block: a boot of one kind over one of the other. The line is the interval over blocks."
NOTE = "The band is the effect that was agreed on before as too small to matter. 1 is no difference."
HEADER = ("claim", "outcome", "ratio", "interval", "blocks")
LINE, BAND, POINT = 2.2, 0.38, 3.5


def draw(found: Sequence[Judged]) -> Figure | None:
    """Return the claims that have a ratio; None where there is none."""
    rows = [(each, each.verdict.ratio) for each in found if each.verdict.ratio]
    if not rows:
        return None
    with canvas.style():
        picture = canvas.picture(7.6, 0.9 + ROW_HEIGHT * len(rows))
        panel(picture.subplots(), rows)
        svg = canvas.svg(picture, "boots", TITLE, DESCRIPTION)
    told = tuple(
        (each.verdict.claim.name, each.verdict.outcome, ratio_text(ratio.value), interval_text(ratio.low, ratio.high),
         str(ratio.blocks))
        for each, ratio in rows
    )  # fmt: skip
    return Figure("boots", TITLE, DESCRIPTION, svg, HEADER, told, NOTE)


def panel(axes: Axes, rows: Sequence[tuple[Judged, Ratio]]) -> None:
    """Draw every claim's blocks and interval over its band."""
    axes.axvline(1, color=canvas.INK, linewidth=1)
    for place, (each, ratio) in enumerate(rows):
        effect = 1 + each.verdict.claim.smallest_effect
        axes.fill_betweenx([place - BAND, place + BAND], 1 / effect, effect, color=GREY, alpha=0.25, linewidth=0)
        if math.isfinite(ratio.high) and ratio.low > 0:
            axes.hlines(place, ratio.low, ratio.high, color=BLUE, linewidth=LINE)
        axes.plot(np.exp(ratio.logs), [place + BAND / 2] * len(ratio.logs), "o", markersize=POINT, color=GREY)
        axes.plot(ratio.value, place, "o", markersize=6.5, markerfacecolor="none", markeredgecolor=BLUE)
    axes.set_yticks(range(len(rows)), [each.verdict.claim.name for each, _ in rows])
    ratio_axis(axes, len(rows))
