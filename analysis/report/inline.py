"""A part of a report inside a notebook, which has a style of its own: its texts and tables as plain HTML."""

from __future__ import annotations

from analysis import markup
from analysis.report.block import Part, Table, Text, Value


def html(part: Part) -> str:
    """Return the tables of a part under its title and what it says; everything that a result holds is escaped."""
    said = " ".join(block.text for block in part.blocks if isinstance(block, Text))
    tables = (block for block in part.blocks if isinstance(block, Table))
    drawn = "".join(markup.table(each.header, (map(plain, row) for row in each.rows)) for each in tables)
    return markup.titled(part.title, drawn, said)


def plain(value: Value) -> str:
    """Return what stands in a cell as one text."""
    if isinstance(value, str):
        return value
    return " ".join(filter(None, (value.outcome, value.text, value.note and f"({value.note})")))
