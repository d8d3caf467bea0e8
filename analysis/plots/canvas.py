"""The canvas: pictures of one style, as SVG text that is the same bytes for the same data."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
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
OPENING = re.compile(r"\A.*?<svg\b", re.DOTALL)
SIZE = re.compile(r'(<svg\b[^>]*?) width="([\d.]+)pt"', re.DOTALL)
HEIGHT = re.compile(r'(<svg\b[^>]*?) height="[\d.]+pt"', re.DOTALL)
METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
GROUP_ID = re.compile(r'<g id="[^"]*"')
REFERENCE = re.compile(r'(id="|url\(#|href="#)')
FAMILY = re.compile(r"font-family: [^;\"]*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What XML cannot hold; names come from results."""
RULE = re.compile(r"\s*<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>")


@contextmanager
def style() -> Iterator[None]:
    """Set the style of every picture, and restore what the caller had."""
    with mpl.rc_context(STYLE):
        yield


def picture(width: float, height: float, *, placed: bool = False) -> Picture:
    """Return an empty picture of a size in inches; draw on it inside `style`. `placed`: axes bring their places."""
    return Picture(figsize=(width, height), layout=None if placed else "constrained", facecolor="none")


def svg(drawn: Picture, name: str, title: str, description: str) -> str:
    """Return a picture as an SVG element that a page can hold beside others: its ids are its own.

    Text stays text, without a colour or a font of its own; a screen reader hears the title and the description.
    """
    file = io.StringIO()
    drawn.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = METADATA.sub("", RULE.sub("", OPENING.sub("<svg", CONTROL.sub("", file.getvalue()), count=1)))
    text = FAMILY.sub(f"font-family: {FONT}", GROUP_ID.sub("<g", text)).replace(INK, "currentColor")
    prefix = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}-"
    text = HEIGHT.sub(r"\1", REFERENCE.sub(rf"\1{prefix}", text), count=1)
    drawing = "stroke-linejoin:round;stroke-linecap:butt"
    opening = rf'\1 role="img" aria-labelledby="{prefix}title {prefix}desc" style="max-width:\2pt;{drawing}"'
    text = SIZE.sub(opening, text, count=1)
    head, rest = text.split(">", 1)
    words = (escape(CONTROL.sub("", text)) for text in (title, description))
    told = '<title id="{0}title">{1}</title><desc id="{0}desc">{2}</desc>'.format(prefix, *words)
    return f"{head}>{told}{rest.rstrip()}"


def grid(axes: Axes, axis: Literal["both", "x", "y"] = "both") -> None:
    """Draw a faint grid behind the data, along one axis or both."""
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis=axis)
