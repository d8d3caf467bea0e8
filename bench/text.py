"""Text that comes from a result, and so from anybody: what of it may be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text without characters that a terminal would obey; lines stay lines."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def one_line(text: str) -> str:
    """Return a text as one line that a terminal may show."""
    return printable(" ".join(text.split()))
