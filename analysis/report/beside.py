"""What held memory leaves a neighbour, in lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.beside import Question, questions
from analysis.cells import Cell
from analysis.plots.beside_memory import value
from analysis.plots.palette import backing_name
from analysis.report.reads import bracket

NAME, VALUE, RATIO = 30, 10, 26


def lines(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the lines of the table, nothing where no neighbour was asked."""
    for question in questions(cells):
        yield f"Beside held memory: {question.name}   (mean; ratio to memfd, locked)"
        yield from (line(question, holder) for holder in question.cells)
        yield ""


def line(question: Question, holder: str) -> str:
    """Return the line of one kind of memory."""
    ratio = question.against(holder)
    name = "nothing" if holder == "none" else backing_name(holder)
    told = bracket(ratio) if ratio else ""
    return f"  {name:{NAME}}{value(question, holder):>{VALUE}}{told:>{RATIO}}".rstrip()
