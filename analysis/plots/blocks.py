"""One claim block by block: the ratio of each block, what they amount to, and what would be too small to matter."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.compare import Ratio
from analysis.plots import canvas
from analysis.plots.axis import log_ticks
from analysis.plots.duration import interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREY, VERMILLION
from analysis.verdict import Verdict

TITLE = "One claim, block by block"
DESCRIPTION = "Treatment over baseline (upwards) in each block, in the order of the blocks; 1 is no difference."
NOTE = (
    "A dot is one block. The line is what they amount to, with its interval. The grey band is what was agreed on as "
    "too small to matter. Dots that climb or sink from left to right say that the machine changed meanwhile."
)
HEADER = ("block with both, in order", "ratio")


def draw(verdict: Verdict) -> Figure | None:
    """Return the blocks that a verdict rests on; None where it rests on none."""
    ratio = verdict.ratio
    if ratio is None:
        return None
    with canvas.style():
        picture = canvas.picture(7.6, 2.8)
        panel(picture.subplots(), ratio, 1 + verdict.claim.smallest_effect)
        svg = canvas.svg(picture, "blocks", TITLE, DESCRIPTION)
    rows = [(str(number), ratio_text(value)) for number, value in enumerate(np.exp(ratio.logs).tolist(), 1)]
    whole = f"all: {ratio_text(ratio.value)} [{interval_text(ratio.low, ratio.high)}]"
    return Figure("blocks", TITLE, DESCRIPTION, svg, HEADER, (*rows, ("together", whole)), NOTE)


def panel(axes: Axes, ratio: Ratio, effect: float) -> None:
    """Draw the blocks over the band, and the estimate with its interval."""
    numbers = range(1, ratio.blocks + 1)
    axes.axhspan(1 / effect, effect, color=GREY, alpha=0.25, linewidth=0)
    axes.axhline(1, color=canvas.INK, linewidth=1)
    if math.isfinite(ratio.high) and ratio.low > 0:
        axes.axhspan(ratio.low, ratio.high, color=BLUE, alpha=0.25, linewidth=0)
    axes.axhline(ratio.value, color=BLUE, linewidth=2)
    axes.plot(numbers, np.exp(ratio.logs), "o", color=VERMILLION, markersize=5)
    axes.set_yscale("log")
    log_ticks(axes.yaxis)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}x"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("block")
    axes.set_ylabel("treatment over baseline")
    canvas.grid(axes, "y")
