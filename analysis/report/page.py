"""The page: a report as one HTML file that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup, escape

from analysis.load import Result
from analysis.plots.figure import Figure
from analysis.report.block import Document, Told, Value
from analysis.report.outline import document
from analysis.report.template import templates

TEMPLATE = "page.html.j2"


def render(results: Sequence[Result]) -> str:
    """Return the report of some results as one HTML document without outside references.

    Everything that a result holds is escaped. The same results give the same bytes.
    """
    return write(document(results))


def write(report: Document, home: str = "") -> str:
    """Return a report as HTML; where it is one of several, `home` is the address of the page that lists them."""
    return environment().get_template(TEMPLATE).render(document=report, home=home)


def environment() -> Environment:
    """Return the templates with the words that they use; our own pictures are the one thing that is not escaped."""
    found = templates(Path(__file__).parent)
    found.filters |= {"breakable": breakable, "picture": picture, "told": told}
    found.tests["kind"] = lambda block, name: type(block).__name__ == name
    return found


def told(value: Value) -> Told:
    """Return what stands in a cell with all that may stand there."""
    return Told(value) if isinstance(value, str) else value


def breakable(text: str) -> Markup:
    """Return a text as markup in which a name may be broken after an underscore, as narrow columns need it."""
    return Markup("_<wbr>").join(map(escape, text.split("_")))


def picture(figure: Figure) -> Markup:
    """Return a figure's picture as markup: canvas.svg wrote it, and matplotlib escapes the text in it."""
    return Markup(figure.svg)
