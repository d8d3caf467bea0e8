"""Many machines together: each question's ratio on a typical one, at each flush class, and on one more machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.across.factor import Span
from analysis.across.finding import Finding
from analysis.plots import canvas
from analysis.plots.axis import name_below, ratio_axis
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.duration import interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREEN, GREY, PURPLE, SKY, VERMILLION

TITLE = "The same questions on many kinds of machine"
DESCRIPTION = (
    "Each question's ratio of treatment to baseline over all results, and at each flush class where that makes a "
    "difference; 1 is no difference."
)
NOTE = (
    "Thick: the 95 % interval of a typical machine. Thin: where that of one more machine is expected, 95 times of 100."
)
HEADER = ("question", "machines", "results", "ratio", "95 % interval", "one more machine")
ALL = "all"
LOOKS = {
    ALL: (canvas.INK, "o"),
    "IPI": (VERMILLION, "s"),
    "INVLPGB": (BLUE, "D"),
    "TLBI": (GREEN, "^"),
    "one CPU": (PURPLE, "v"),
    "not told": (GREY, "P"),
    "others": (SKY, "X"),
}
"""A colour and a form for each flush class, so that either tells them apart."""
MOST_ROWS = 120
Row = tuple[str, str, int, Span]
"""A question's name, the flush class or all, how many results, and the ratio."""


def draw(findings: Sequence[Finding]) -> Figure | None:
    """Return the questions that could be put together; None where none could."""
    rows = [row for each in findings for row in of(each)][:MOST_ROWS]
    if not rows:
        return None
    with canvas.style():
        picture = canvas.picture(7.6, 1.2 + 0.8 * ROW_HEIGHT * len(rows))
        panel(picture.subplots(), rows)
        classes = [name for name in LOOKS if any(row[1] == name for row in rows)]
        name_below(picture, [mark(name) for name in classes])
        svg = canvas.svg(picture, "across", TITLE, DESCRIPTION)
    return Figure("across", TITLE, DESCRIPTION, svg, HEADER, tuple(map(told, rows)), NOTE)


def of(finding: Finding) -> Iterator[Row]:
    """Yield a question's rows: all machines, then each flush class where the question depends on it."""
    if finding.typical is None:
        return
    yield finding.question.name, ALL, finding.results, finding.typical
    for factor in finding.factors:
        if factor.name == "flush" and factor.matters:
            yield from ((finding.question.name, level.name, level.results, level.span) for level in factor.levels)


def mark(name: str) -> Line2D:
    """Return the mark that names a flush class."""
    colour, form = LOOKS[name]
    return Line2D([], [], color=colour, marker=form, linewidth=2.4, label="all machines" if name == ALL else name)


def panel(axes: Axes, rows: Sequence[Row]) -> None:
    """Draw every ratio with its interval and that of one more machine."""
    axes.axvline(1, color=canvas.INK, linewidth=1)
    for place, (_, name, _, span) in enumerate(rows):
        colour, form = LOOKS[name]
        axes.hlines(place, span.next_low, span.next_high, color=colour, linewidth=0.9)
        axes.hlines(place, span.low, span.high, color=colour, linewidth=2.6)
        axes.plot(span.ratio, place, form, color=colour, markersize=5.5)
    axes.set_yticks(range(len(rows)), [question if name == ALL else name for question, name, *_ in rows])
    ratio_axis(axes, len(rows))


def told(row: Row) -> tuple[str, ...]:
    """Return a row of the table."""
    question, name, results, span = row
    near, wide = interval_text(span.low, span.high), interval_text(span.next_low, span.next_high)
    return question, name, f"{results:,}", ratio_text(span.ratio), near, wide
