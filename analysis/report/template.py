"""Templates of pages: whatever they put in is escaped, and a word that nobody gave them is an error."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def templates(folder: Path, *others: Path) -> Environment:
    """Return the templates in some folders, those of the first before those of others."""
    return Environment(
        loader=FileSystemLoader((folder, *others)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
