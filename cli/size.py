"""Sizes that a person types: bytes, or with K, M, G or T behind the number."""

from __future__ import annotations

import re

import click

SHIFTS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}
PATTERN = re.compile(r"(\d{1,15})\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)


class Size(click.ParamType[int]):
    """A size in bytes; K, M, G and T are powers of 1024."""

    name = "SIZE"

    def __init__(self, least: int = 0) -> None:
        """Take the least size that is allowed, in bytes."""
        self.least = least

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes that a size stands for."""
        found = PATTERN.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no size; write it as 64M or 2G", param, ctx)
        size = int(found[1]) << SHIFTS[found[2].upper()]
        if size < self.least:
            self.fail(f"{value!r} is less than {self.least} B", param, ctx)
        return size
