"""Markup: what a notebook shows of a record, as HTML in which everything that a result holds is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

LEFT = 'style="text-align:left;white-space:normal"'
"""A notebook sets cells flush right and on one line."""


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; with an empty header, without a head."""
    head = "".join(f'<th scope="col" {LEFT}>{escape(name)}</th>' for name in header)
    body = "".join("<tr>" + "".join(f"<td {LEFT}>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table>{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"


def folded(title: str, content: str) -> str:
    """Return content, which is HTML, folded away under a title."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def titled(title: str, content: str, told: str = "") -> str:
    """Return content, which is HTML, under a title and a paragraph."""
    return f"<h4>{escape(title)}</h4>{f'<p>{escape(told)}</p>' if told else ''}{content}"
