"""A figure: a picture with the table that says the same in figures."""

from __future__ import annotations

from dataclasses import dataclass

from analysis import markup


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture (`svg`, to be put into a page as it is) and its table; `note` is what to read with care."""

    name: str
    title: str
    description: str
    svg: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def _repr_html_(self) -> str:
        """Show the picture in a notebook, with its table folded away below."""
        rows = markup.folded("The same as a table", markup.table(self.header, self.rows))
        return markup.titled(self.title, self.svg + rows, f"{self.description} {self.note}".strip())
