"""The claims that answer one fear: each ratio with its interval, and the effect that it takes to believe the claim."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from analysis.compare import Ratio
from analysis.fear.ruling import Ruling, Vote
from analysis.plots import canvas
from analysis.plots.axis import ratio_axis
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.duration import effect_text, interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREY, VERMILLION
from analysis.verdict import Verdict

DESCRIPTION = "Each claim's ratio of treatment to baseline with its interval; 1 is no difference."
NOTE = (
    "Filled: the claim speaks for the fear. Hollow: against it. Grey: open. The band is the effect that was agreed on "
    "before as too small to matter."
)
HEADER = ("claim", "says of the fear", "ratio", "interval", "smallest effect", "blocks")
COLOURS = {"supported": VERMILLION, "refuted": BLUE}
LINE = 2.2
BAND = 0.38
"""Half the height of a band, in rows."""
Row = tuple[Vote, Verdict, Ratio]


def draw(ruling: Ruling, column: str) -> Figure | None:
    """Return the claims of a ruling that have a ratio; None where there is none."""
    rows = [(vote, vote.judged, vote.judged.ratio) for vote in ruling.votes if isinstance(vote.judged, Verdict)]
    drawn = [(vote, verdict, ratio) for vote, verdict, ratio in rows if ratio]
    if not drawn:
        return None
    title = f"{ruling.fear.title}: the claims, on {column}"
    with canvas.style():
        picture = canvas.picture(7.6, 0.9 + ROW_HEIGHT * len(drawn))
        panel(picture.subplots(), drawn)
        svg = canvas.svg(picture, f"forest_{ruling.fear.id.replace('-', '_')}", title, DESCRIPTION)
    return Figure(f"forest-{ruling.fear.id}", title, DESCRIPTION, svg, HEADER, tuple(map(row, drawn)), NOTE)


def panel(axes: Axes, rows: list[Row]) -> None:
    """Draw every claim's ratio over its band."""
    axes.axvline(1, color=canvas.INK, linewidth=1)
    for place, (vote, verdict, ratio) in enumerate(rows):
        effect = 1 + verdict.claim.smallest_effect
        axes.fill_betweenx([place - BAND, place + BAND], 1 / effect, effect, color=GREY, alpha=0.25, linewidth=0)
        colour = COLOURS.get(vote.outcome, GREY)
        if math.isfinite(ratio.high) and ratio.low > 0:
            axes.hlines(place, ratio.low, ratio.high, color=colour, linewidth=LINE)
        face = colour if vote.outcome == "supported" else "none"
        axes.plot(ratio.value, place, "o", markersize=6.5, markerfacecolor=face, markeredgecolor=colour)
    axes.set_yticks(range(len(rows)), [vote.name for vote, *_ in rows])
    ratio_axis(axes, len(rows))


def row(entry: Row) -> tuple[str, ...]:
    """Return a row of the table."""
    vote, verdict, ratio = entry
    effect = effect_text(verdict.claim.smallest_effect)
    interval = interval_text(ratio.low, ratio.high)
    return (vote.name, vote.outcome, ratio_text(ratio.value), interval, effect, str(ratio.blocks))
