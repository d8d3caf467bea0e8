"""The canvas: pictures of one style, as SVG text that is the same bytes for the same data."""

from __future__ import annotations

import hashlib
import io
import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Picture
from matplotlib.typing import RcKeyType

INK = "#010203"
"""Stands for the colour of the text around the picture, whatever that is: dark on light, or light on dark."""
FONT = "system-ui, 'DejaVu Sans', Arial, sans-serif"
STYLE: dict[RcKeyType, Any] = {
    "svg.hashsalt": "secretmem-lab",
    "svg.fonttype": "none",
    "font.size": 10,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": INK,
    "grid.alpha": 0.14,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
}
EMPTY: dict[str, Any] = {"facecolor": "none", "edgecolor": "none"}
COLUMN_IN = 4.4
LEAST_POINTS = 8.0
"""Drawn so wide and shrunk to the 84 mm of a column, text of 10 points has 7.5, and of 8 has 6."""
MARK_IN, LETTER_IN = 0.5, 0.076
"""About the width of a legend's mark with its margins, and of a letter, at 10 points."""
LABEL_LETTERS = 26
"""An axis has about half of a narrow picture's width; the names of its rows have the other."""
WIDEST: ContextVar[float] = ContextVar("WIDEST", default=math.inf)
OPENING = re.compile(r"\A.*?<svg\b", re.DOTALL)
SIZE = re.compile(r'(<svg\b[^>]*?) width="([\d.]+)pt"', re.DOTALL)
HEIGHT = re.compile(r'(<svg\b[^>]*?) height="[\d.]+pt"', re.DOTALL)
METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
GROUP_ID = re.compile(r'<g id="[^"]*"')
REFERENCE = re.compile(r'(id="|url\(#|href="#)([^")]*)')
FAMILY = re.compile(r"font-family: [^;\"]*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold; names come from results."""
PLACES = re.compile(r'(?<= d=")[^"]*')
LEVEL = re.compile(r"M (\S+) (\S+) \nL (\S+) \2 \n")
"""A level line, of which a map has thousands: half as long as it can be written."""
FINE = re.compile(r"(\.\d\d)\d+")
"""What is finer than a hundredth of a point: nobody sees it, and it may differ from one CPU to another."""
RULE = re.compile(r"\s*<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>")


@contextmanager
def style() -> Iterator[None]:
    """Set the style of every picture, and restore what the caller had."""
    with mpl.rc_context(STYLE):
        yield


@contextmanager
def narrow() -> Iterator[None]:
    """Have pictures drawn as narrow as the column of a paper asks for, so that their text can still be read there."""
    token = WIDEST.set(COLUMN_IN)
    try:
        yield
    finally:
        WIDEST.reset(token)


def picture(width: float, height: float, *, placed: bool = False) -> Picture:
    """Return an empty picture of a size in inches; draw on it inside `style`. `placed`: axes bring their places."""
    return Picture(figsize=(across(width), height), layout=None if placed else "constrained", **EMPTY)


def across(width: float) -> float:
    """Return how wide a picture becomes that is to be so many inches wide: in one column of a paper less."""
    return min(width, WIDEST.get())


def is_narrow() -> bool:
    """Tell whether pictures are drawn for one column of a paper."""
    return not math.isinf(WIDEST.get())


def points(wanted: float) -> float:
    """Return the size of a text in points: in one column no smaller than LEAST_POINTS, which are shrunk to 6 there."""
    return max(wanted, LEAST_POINTS) if is_narrow() else wanted


def names_a_row(labels: Sequence[str], most: int, width_in: float = math.inf) -> int:
    """Return how many names of a legend have room beside each other in a picture so wide, at most `most`."""
    each_in = MARK_IN + LETTER_IN * max(map(len, labels), default=0)
    return max(1, int(min(most, across(width_in) / each_in)))


def title(text: str) -> str:
    """Return a panel's title in as many lines as it takes."""
    return textwrap.fill(text, int(0.8 * WIDEST.get() / LETTER_IN)) if is_narrow() else text


def svg(drawn: Picture, name: str, title: str, description: str) -> str:
    """Return a picture as an SVG element that a page can hold beside others: its ids are its own.

    Text stays text, without a colour or a font of its own; a screen reader hears the title and the description.
    """
    if is_narrow():
        for axes in drawn.axes:
            axes.set_xlabel(textwrap.fill(axes.get_xlabel(), LABEL_LETTERS))
    file = io.StringIO()
    lay_out(drawn)
    FigureCanvasSVG(drawn).print_svg(file, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    text = METADATA.sub("", RULE.sub("", OPENING.sub("<svg", CONTROL.sub("", file.getvalue()), count=1)))
    text = PLACES.sub(lambda found: LEVEL.sub(r"M\1 \2H\3", FINE.sub(r"\1", found[0])), text)
    text = FAMILY.sub(f"font-family: {FONT}", GROUP_ID.sub("<g", text)).replace(INK, "currentColor")
    text = numbered(text)
    prefix = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}-"
    text = HEIGHT.sub(r"\1", REFERENCE.sub(rf"\1{prefix}\2", text), count=1)
    drawing = "stroke-linejoin:round;stroke-linecap:butt"
    opening = rf'\1 role="img" aria-labelledby="{prefix}title {prefix}desc" style="max-width:\2pt;{drawing}"'
    text = SIZE.sub(opening, text, count=1)
    head, rest = text.split(">", 1)
    words = (escape(CONTROL.sub("", text)) for text in (title, description))
    told = '<title id="{0}title">{1}</title><desc id="{0}desc">{2}</desc>'.format(prefix, *words)
    return f"{head}>{told}{rest.rstrip()}"


def numbered(text: str) -> str:
    """Return a picture with its ids counted: matplotlib's hash places to the last bit, which is the CPU's own."""
    numbers: dict[str, str] = {}
    return REFERENCE.sub(lambda found: found[1] + numbers.setdefault(found[2], str(len(numbers) + 1)), text)


def lay_out(drawn: Picture) -> None:
    """Give everything its place, once and for all: Figure.savefig() would draw the whole picture twice for it."""
    engine = drawn.get_layout_engine()
    if engine is not None:
        FigureCanvasSVG(drawn)  # text is as wide as in the file
        engine.execute(drawn)
        drawn.set_layout_engine("none")


def grid(axes: Axes, axis: Literal["both", "x", "y"] = "both") -> None:
    """Draw a faint grid behind the data, along one axis or both."""
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis=axis)
