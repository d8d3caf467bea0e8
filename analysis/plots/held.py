"""Held memory in blocks: how widely it is strewn, and what the kernel did for who asked beside it."""

from __future__ import annotations

from matplotlib.axes import Axes

from analysis.cells import Cell
from analysis.held import COUNTS, Holding, holdings
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.axis import name_lines, ratio_axis
from analysis.plots.beside_memory import held_name
from analysis.plots.duration import figures, size_text
from analysis.plots.figure import Figure
from analysis.plots.palette import backing_colour

TITLE = "In how many blocks of 2 MB held memory lies"
DESCRIPTION = (
    "For each question that a neighbour asked, in how many times as many blocks of 2 MB the held memory lay as it "
    "would fill; 1 is packed."
)
NOTE = "A block with a secret page in it is no huge page while it is held. Ordinary pages can be moved out of the way."
HEADER = (
    "question",
    "held",
    "amount",
    "blocks of 2 MB",
    "times as many as it fills",
    *("waits for compaction", "failed compactions", "pages moved", "file pages read again"),
    "runs",
)
ASKED = {"thp": "huge pages", "hugetlb": "hugetlb pages", "compaction": "a compaction", "page_cache": "page cache"}
ROW, BESIDE = 0.4, 0.12


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return where held memory lies; None where nothing was held or the frames are hidden."""
    found = holdings(result)
    spread = [each for each in found if each.spread is not None]
    if not spread:
        return None
    settings = list(dict.fromkeys(each.setting for each in spread))
    holders = list(dict.fromkeys(each.holder for each in spread))
    with canvas.style():
        picture = canvas.picture(7.6, 1.3 + ROW * len(settings))
        panel(picture.subplots(), spread, settings, holders)
        name_lines(picture, [(held_name(h), backing_colour(h), float(n)) for n, h in enumerate(holders)])
        svg = canvas.svg(picture, "held-memory", TITLE, DESCRIPTION)
    return Figure("held-memory", TITLE, DESCRIPTION, svg, HEADER, tuple(map(row, found)), NOTE)


def panel(axes: Axes, spread: list[Holding], settings: list[tuple[str, int, str]], holders: list[str]) -> None:
    """Draw a row a question, a dot for each kind of memory."""
    for each in spread:
        height = settings.index(each.setting) + BESIDE * (holders.index(each.holder) - (len(holders) - 1) / 2)
        axes.plot(each.spread or 1, height, "o", markersize=6, color=backing_colour(each.holder))
    axes.axvline(1, color=canvas.INK, linewidth=1)
    axes.set_yticks(range(len(settings)), [name(setting) for setting in settings])
    ratio_axis(axes, len(settings), "blocks, against as many as it fills")


def name(setting: tuple[str, int, str]) -> str:
    """Return a setting for a person."""
    question, share, where = setting
    return f"{ASKED[question]}, {share / 10:g} % held, {where}"


def row(each: Holding) -> tuple[str, ...]:
    """Return a row of the table."""
    times = f"{figures(each.spread)}x" if each.spread is not None else "-"
    return (
        name(each.setting),
        held_name(each.holder),
        size_text(each.held_bytes),
        number(each.blocks),
        times,
        *(number(each.counts[count]) for count in COUNTS),
        str(each.runs),
    )


def number(value: float | None) -> str:
    """Return a count for a person."""
    return "-" if value is None else f"{value:,.0f}"
