"""Counts that a person types: whole numbers from a least one on."""

from __future__ import annotations

import click


class Count(click.ParamType[int]):
    """A whole number of at least `least`."""

    name = "INTEGER"

    def __init__(self, least: int) -> None:
        """Take the least number that is allowed."""
        self.least = least

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number that was typed."""
        text = str(value)
        if not text.isascii() or not text.isdigit() or len(text) > 18 or int(text) < self.least:
            self.fail(f"'{value}' is not a whole number of at least {self.least}", param, ctx)
        return int(text)
