"""The outline: what stands in a report, in which order; every format writes the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from analysis.family import places
from analysis.fear.column import Column, columns
from analysis.load import Result
from analysis.plots.catalog import figures
from analysis.plots.figure import Figure
from analysis.report import chapter, claims, closing, fears, guidance, pools, validation
from analysis.report.answer import answer
from analysis.report.block import Block, Document, Heading, Part, Text
from analysis.report.study import Study, study
from analysis.standing import Standing, standings

TITLE = "memfd_secret: the fears, measured"
ABOUT = (
    "Secret memory is memory that Linux hides from itself. A program asks for it with the call memfd_secret to keep "
    "keys and passwords where not even the kernel can read them by mistake. To do that, the kernel takes each page out "
    "of its own map of all memory, the direct map, and tells every CPU to forget the old entry. When it was merged in "
    "2021, much was feared of that; no measurement of the call itself was published since. This report says what was "
    "feared, and what was found."
)


def document(results: Sequence[Result], validations: Iterable[Path] = ()) -> Document:
    """Return the report of some results; the same results and validations give the same report.

    `validations` are folders of results; of them and of the results, the newest validation of each machine stands in
    the report. Raises LabError where the samples or atlases of a result cannot be read.
    """
    studies = [study(result) for result in results]
    return compose(studies, standings(validations, results))


def compose(studies: Sequence[Study], found_sound: Sequence[Standing]) -> Document:
    """Return the report of some studies, and of what stands for their machines."""
    return arrange([(each, figures(each.result, each.cells)) for each in studies], found_sound)


def arrange(drawn: Sequence[tuple[Study, tuple[Figure, ...]]], found_sound: Sequence[Standing]) -> Document:
    """Return the report of some studies whose figures are drawn, and of what stands for their machines."""
    studies = [each for each, _ in drawn]
    found = columns(studies)
    ranked = places(verdict for each in studies for verdict in each.verdicts)
    told = Part("figures", "The same in figures", tuple(in_figures(found)))
    parts = (
        fears.answers(found),
        told,
        *fears.chapters(found, ranked),
        *guidance.parts(found),
        *pools.parts(found),
        validation.part(found_sound),
        *claims.parts(studies, [each.steady for each in studies]),
        *(chapter.chapter(*pair) for pair in drawn),
        *chapter.atlas(drawn),
        *closing.parts(studies),
    )
    return Document(TITLE, ABOUT, parts)


def in_figures(columns: Sequence[Column]) -> Iterator[Block]:
    """Yield the answers in words, machine by machine."""
    for column in columns:
        if len(columns) > 1:
            yield Heading(column.title)
        yield from map(Text, answer(column.studies))
