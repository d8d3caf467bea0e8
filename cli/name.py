"""Names that a person types: one of a list, or the nearest of them is named."""

from __future__ import annotations

import difflib

import click


class Name(click.ParamType[str]):
    """One of some names; anything else is answered with what is near it."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Take what the names are of, in a word, and the names."""
        self.name, self.known = name, known

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name if it is known."""
        if value not in self.known:
            self.fail(self.hint(str(value)), param, ctx)
        return str(value)

    def hint(self, value: str) -> str:
        """Return what is near a name that is not known."""
        near = difflib.get_close_matches(value, self.known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(self.known)}"
        return f"there is no {self.name} '{value}'; {hint}"
