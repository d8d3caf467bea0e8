"""Blocks: what a report is made of, the same for every format; each format has one file that writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from analysis.plots.figure import Figure
from analysis.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in a cell or in a line of a list: an outcome, a text, a command, and below it, smaller, a note.

    `part` names the part of the report that the text leads to.
    """

    text: str
    note: str = ""
    outcome: Outcome | Literal[""] = ""
    code: str = ""
    part: str = ""


Value = str | Told


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `origin` is said in a low voice, `warning` in a loud one."""

    text: str
    kind: Literal["", "origin", "warning"] = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `numbers` are the columns of figures, `fold` whether a page may fold it away under its title.

    `kind` is what a style knows it by; a column without a name in `header` has none.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    numbers: frozenset[int] = frozenset()
    kind: Literal["", "fears", "claims", "facts"] = ""
    title: str = ""
    said: str = ""
    fold: Literal["", "open", "closed"] = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, with its table."""

    figure: Figure


@dataclass(frozen=True, slots=True)
class Terms:
    """Words with what they mean."""

    pairs: tuple[tuple[str, str], ...]


Block = Text | Heading | Bullets | Table | Picture | Terms


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a report under a title of its own; `name` is its anchor, `kind` what a style knows it by."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    kind: Literal["", "answer"] = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report: its title, what it is about, and its parts in order."""

    title: str
    about: str
    parts: tuple[Part, ...] = field(default=())

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return every figure, in the order of the parts."""
        return tuple(block.figure for part in self.parts for block in part.blocks if isinstance(block, Picture))
