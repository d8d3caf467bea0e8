"""A report on paper: PDF, and figures as files of a paper's width; typst, which sets both, reads no file for it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import typst

from analysis.plots.canvas import FONT
from analysis.plots.figure import Figure
from analysis.report.block import Block, Bullets, Document, Heading, Picture, Table, Terms, Text, Told, Value

TEMPLATE = Path(__file__).with_name("print.typ")
WIDTH_MM, COLUMN_MM, DOTS_AN_INCH = 183, 84, 300
"""Both columns of a paper, and one; for one a figure is drawn anew (canvas.narrow), so that its text can be read."""
PAPER_INK, PAPER_FONT = "#1d2126", "DejaVu Sans"
ALONE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1mm)
"""
STYLE = re.compile(r' style="max-width:[^"]*"')
VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def pdf(report: Document) -> bytes:
    """Return a report as PDF, tagged for screen readers; the same bytes for the same report."""
    return compiled(TEMPLATE.read_bytes(), {"report": json.dumps(plain(report))}, "pdf")


def alone(figure: Figure, width_mm: int = WIDTH_MM) -> str:
    """Return a figure as an SVG file for itself: dark on nothing, so many millimetres wide."""
    text = figure.svg.replace("currentColor", PAPER_INK).replace(FONT, PAPER_FONT)
    across, down = map(float, VIEW.findall(text)[0])
    size = f' width="{width_mm}mm" height="{width_mm * down / across:.2f}mm"'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + STYLE.sub(size, text, count=1) + "\n"


def png(figure: Figure, width_mm: int = WIDTH_MM) -> bytes:
    """Return a figure as PNG, dark on white, so many millimetres wide at DOTS_AN_INCH."""
    return compiled(ALONE, {"svg": alone(figure, width_mm), "width": str(width_mm)}, "png")


def compiled(source: bytes, told: dict[str, str], form: Literal["pdf", "png"]) -> bytes:
    """Return what typst makes of a source; `told` is data to it, and never markup."""
    return typst.compile(source, format=form, ppi=DOTS_AN_INCH, sys_inputs=told, font_paths=fonts())


@cache
def fonts() -> typst.Fonts:
    """Return the fonts that matplotlib brings and no others, so that paper looks alike on every machine."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def plain(report: Document) -> dict[str, Any]:
    """Return a report as what JSON can hold."""
    parts = [{"title": clean(part.title), "blocks": [flat(block) for block in part.blocks]} for part in report.parts]
    return {"title": clean(report.title), "about": clean(report.about), "parts": parts}


def flat(block: Block) -> dict[str, Any]:
    """Return a block as what JSON can hold, under the name of its kind."""
    kind = {"kind": type(block).__name__}
    match block:
        case Text():
            return kind | {"text": clean(block.text), "style": block.kind}
        case Heading():
            return kind | {"text": clean(block.text)}
        case Bullets():
            return kind | {"items": [cell(item) for item in block.items]}
        case Terms():
            return kind | {"pairs": [[clean(word), clean(meaning)] for word, meaning in block.pairs]}
        case Table():
            words = {"title": clean(block.title), "said": clean(block.said), "style": block.kind}
            return kind | words | rows(block, block.numbers)
        case Picture():
            figure = block.figure
            told = {name: clean(getattr(figure, name)) for name in ("title", "description", "note")}
            return kind | told | {"svg": alone(figure)} | rows(figure, range(1, len(figure.header)))


def rows(table: Table | Figure, numbers: frozenset[int] | range) -> dict[str, Any]:
    """Return the rows of a table."""
    told = [[cell(value) for value in row] for row in table.rows]
    return {"header": list(map(clean, table.header)), "rows": told, "numbers": sorted(numbers)}


def cell(value: Value) -> dict[str, str]:
    """Return what stands in a cell or a line."""
    found = Told(value) if isinstance(value, str) else value
    return {name: clean(getattr(found, name)) for name in ("text", "note", "outcome", "code")}


def clean(text: str) -> str:
    """Return a text without what no paper can show."""
    return CONTROL.sub("", text)
