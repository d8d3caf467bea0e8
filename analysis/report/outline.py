"""The outline: what stands in a report, in which order; every format writes the same."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.fear.column import columns
from analysis.load import Result
from analysis.plots.catalog import figures
from analysis.report import chapter, claims, closing, fears
from analysis.report.answer import answer
from analysis.report.block import Document, Part, Text
from analysis.report.study import Study, study

TITLE = "memfd_secret: the fears, measured"
ABOUT = (
    "Secret memory is memory that Linux hides from itself. A program asks for it with the call memfd_secret to keep "
    "keys and passwords where not even the kernel can read them by mistake. To do that, the kernel takes each page out "
    "of its own map of all memory, the direct map, and tells every CPU to forget the old entry. When it was merged in "
    "2021, much was feared of that; no measurement of the call itself was published since. This report says what was "
    "feared, and what was found."
)


def document(results: Sequence[Result]) -> Document:
    """Return the report of some results; the same results give the same report.

    Raises LabError where the samples or atlases of one cannot be read.
    """
    return compose([study(result) for result in results])


def compose(studies: Sequence[Study]) -> Document:
    """Return the report of some studies."""
    found = columns(studies)
    drawn = [(each, figures(each.result, each.cells)) for each in studies]
    told = Part("figures", "The same in figures", tuple(map(Text, answer(studies))))
    parts = (
        fears.answers(found),
        told,
        *fears.chapters(found),
        closing.validation(),
        *claims.parts(studies),
        *(chapter.chapter(*pair) for pair in drawn),
        *chapter.atlas(drawn),
        *closing.parts(studies),
    )
    return Document(TITLE, ABOUT, parts)
