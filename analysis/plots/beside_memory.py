"""Beside held memory: what a neighbour gets, against the same amount of locked memory being held."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis.beside import LOCKED, Question, questions
from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_lines, ratio_axis
from analysis.plots.duration import duration, figures, interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.plots.palette import backing_colour, backing_name

TITLE = "What a neighbour gets beside held memory"
DESCRIPTION = (
    "For each question, how many times as much (of pages) or as long (of times) beside each kind of memory as beside "
    "the same amount of locked memory of a file; 1 is no difference."
)
NOTE = "The bars are 95 % intervals of ratios of means, taken block by block. Of pages more is better, of times less."
HEADER = ("question", "held", "mean", "ratio", "95 % interval", "blocks")
BESIDE, ROW = 0.17, 0.55


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the ratios of every question; None where no neighbour was asked."""
    found = [question for question in questions(cells) if LOCKED in question.cells]
    if not found:
        return None
    shown = list(dict.fromkeys(h for question in found for h in question.cells if h != LOCKED))
    with canvas.style():
        picture = canvas.picture(7.6, 1.3 + ROW * len(found))
        panel(picture.subplots(), found, shown)
        name_lines(picture, [(held_name(h), backing_colour(h), float(n)) for n, h in enumerate(shown)])
        svg = canvas.svg(picture, "beside-memory", TITLE, DESCRIPTION)
    rows = tuple(row(question, holder) for question in found for holder in question.cells)
    return Figure("beside-memory", TITLE, DESCRIPTION, svg, HEADER, rows, NOTE)


def held_name(holder: str) -> str:
    """Return what is held for a person."""
    return "nothing held" if holder == "none" else backing_name(holder)


def panel(axes: Axes, found: Sequence[Question], shown: Sequence[str]) -> None:
    """Draw a row a question around the line of no difference."""
    axes.axvline(1, color=canvas.INK, linewidth=1)
    for place, question in enumerate(found):
        for n, holder in enumerate(shown):
            if holder in question.cells:
                mark(axes, place + BESIDE * (n - (len(shown) - 1) / 2), question, holder)
    axes.set_yticks(range(len(found)), [question.name for question in found])
    ratio_axis(axes, len(found), "against memfd, locked")


def mark(axes: Axes, height: float, question: Question, holder: str) -> None:
    """Draw one ratio; an interval without bounds is not drawn."""
    ratio, colour = question.against(holder), backing_colour(holder)
    if ratio is None:
        return
    if math.isfinite(ratio.high) and ratio.low > 0:
        axes.hlines(height, ratio.low, ratio.high, color=colour, linewidth=2, alpha=0.6)
    axes.plot(ratio.value, height, "o", markersize=6, markerfacecolor=colour, markeredgecolor=colour)


def value(question: Question, holder: str) -> str:
    """Return the mean for a person: a number of pages, or a time."""
    mean = question.cells[holder].typical["mean"]
    return figures(mean) if "_pages" in question.metric else duration(mean)


def row(question: Question, holder: str) -> tuple[str, ...]:
    """Return a row of the table."""
    ratio = question.against(holder)
    told = (ratio_text(ratio.value), interval_text(ratio.low, ratio.high), str(ratio.blocks)) if ratio else ("-",) * 3
    return (question.name, held_name(holder), value(question, holder), *told)
