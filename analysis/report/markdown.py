"""A report as Markdown, for a repository; everything that a result holds is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from analysis.plots.figure import Figure
from analysis.report.block import Block, Bullets, Document, Heading, Part, Picture, Table, Terms, Text, Told, Value

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&$])")
START = re.compile(r"\A(\d+)([.)])|\A([-+=])")
"""What would begin a list, or underline a heading, at the start of a line."""
SPACE = re.compile(r"\s+")


def write(report: Document, pictures: Mapping[str, str] | None = None) -> str:
    """Return a report as Markdown; `pictures` are the addresses of figures by their SVG."""
    head = (f"# {escape(report.title)}", escape(report.about))
    parts = (line for part in report.parts for line in section(part, pictures or {}))
    return "\n\n".join((*head, *parts)) + "\n"


def section(part: Part, pictures: Mapping[str, str]) -> Iterator[str]:
    """Yield the paragraphs of a part."""
    yield f"## {escape(part.title)}"
    for block in part.blocks:
        yield from paragraphs(block, pictures)


def paragraphs(block: Block, pictures: Mapping[str, str]) -> Iterator[str]:
    """Yield what a block comes to."""
    match block:
        case Text():
            yield f"**{escape(block.text)}**" if block.kind == "warning" else escape(block.text)
        case Heading():
            yield f"### {escape(block.text)}"
        case Bullets():
            yield "\n".join(f"- {told(item)}" for item in block.items)
        case Terms():
            yield "\n".join(f"- **{escape(word)}**: {escape(meaning)}" for word, meaning in block.pairs)
        case Table():
            yield from titled(block)
        case Picture():
            yield from picture(block.figure, pictures)


def titled(block: Table) -> Iterator[str]:
    """Yield a table, with its title and what is said of it."""
    if block.title:
        yield f"### {escape(block.title)}"
    if block.said:
        yield escape(block.said)
    width = max(map(len, block.rows), default=len(block.header))
    yield grid(block.header or ("",) * width, block.rows, block.numbers)


def picture(figure: Figure, pictures: Mapping[str, str]) -> Iterator[str]:
    """Yield a figure, where its picture has an address, and its table."""
    yield f"### {escape(figure.title)}"
    yield escape(f"{figure.description} {figure.note}".strip())
    if figure.svg in pictures:
        yield f"![{escape(figure.title)}: {escape(figure.description)}]({pictures[figure.svg]})"
    yield grid(figure.header, figure.rows, frozenset(range(1, len(figure.header))))


def grid(header: tuple[str, ...], rows: tuple[tuple[Value, ...], ...], numbers: frozenset[int]) -> str:
    """Return a table; columns of figures are set to the right."""
    rule = ("---:" if place in numbers else "---" for place in range(len(header)))
    lines = chain((map(escape, header), rule), (map(told, row) for row in rows))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def told(value: Value) -> str:
    """Return what stands in a cell or a line."""
    found = Told(value) if isinstance(value, str) else value
    outcome = f"**{found.outcome}**" if found.outcome else ""
    code = f"`{SPACE.sub(' ', found.code).replace('`', '')}`" if found.code else ""
    note = f"({escape(found.note)})" if found.note else ""
    return " ".join(part for part in (outcome, escape(found.text), code, note) if part)


def escape(text: str) -> str:
    """Return a text in one line that Markdown takes for nothing but text."""
    return START.sub(r"\1\\\2\3", SPECIAL.sub(r"\\\1", SPACE.sub(" ", text).strip())).replace("\x00", "")
