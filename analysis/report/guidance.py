"""The chapter for people who hold secrets: what it costs here, what to do, and what secret memory does not protect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.advice.advice import Advice, advise
from analysis.advice.limit import Limits, usual
from analysis.advice.protection import UNPROTECTED, at_limit, forked
from analysis.advice.rule import recommend
from analysis.advice.source import LIFE, newest
from analysis.advice.time import lives
from analysis.advice.wish import Wish
from analysis.fear.column import Column
from analysis.plots import holding
from analysis.report import advice as told
from analysis.report.block import Block, Bullets, Heading, Part, Picture, Table, Text

EXAMPLE = Wish(secrets=1000, size_bytes=32)
"""Keys of 256 bits: what most programs hold."""
NOTHING = (
    "What holding secrets costs was not measured here: ./lab run secret_life. The rules, and what secret memory does "
    "not protect, stand in docs/guidance.md."
)
WORDS = frozenset(("From", "By"))
"""Columns of words; the others hold figures."""
OTHERS = (
    "./lab advise --secrets N --size BYTES says the same for other numbers and sizes, and by the limits of the machine "
    "that it runs on."
)


def parts(columns: Sequence[Column]) -> tuple[Part, ...]:
    """Return the chapter: a stretch for each machine and kernel whose ways of holding secrets were measured."""
    found = [(column, advise(column.studies, EXAMPLE, limits(column))) for column in columns if is_measured(column)]
    if not found:
        return (Part("guidance", "For people who hold secrets", (Text(NOTHING),)),)
    blocks = (block for column, advice in found for block in of_machine(column, advice, named=len(found) > 1))
    last = (Heading("What secret memory does not protect"), Bullets(UNPROTECTED))
    return (Part("guidance", "For people who hold secrets", (Text(OTHERS, "origin"), *blocks, *last)),)


def is_measured(column: Column) -> bool:
    """Tell whether a column has a result about ways of holding secrets."""
    return LIFE in newest(column.studies)


def limits(column: Column) -> Limits:
    """Return the limits of a column's machine."""
    return usual(column.studies[0].result.manifest.environment)


def of_machine(column: Column, advice: Advice, *, named: bool) -> Iterator[Block]:
    """Yield what there is to say from one machine's data."""
    yield Heading(f"{told.asked(advice.wish)}" + (f" On {column.title}" if named else ""))
    yield Text(told.limits_text(advice), "origin")
    yield Bullets(recommend(advice))
    tables = (
        (told.TIME, told.TIMES, told.times(advice)),
        (told.HELD, told.MEMORY, told.memory(advice)),
        (told.SPLIT, told.SPLITS, told.split(advice)),
    )
    for title, header, rows in tables:
        yield Heading(title)
        yield Table(header, rows, frozenset(range(1, len(header))) - {header.index(word) for word in WORDS & {*header}})
    figure = holding.draw(lives(newest(column.studies)[LIFE].cells), advice.wish.size_bytes)
    if figure:
        yield Picture(figure)
    yield Heading("How to read it")
    yield Bullets(tuple(told.remarks(advice)))
    yield Heading("At the limit, and after fork")
    yield Bullets((*at_limit(advice), *forked(advice)))
