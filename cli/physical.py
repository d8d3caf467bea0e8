"""Ranges of physical memory that a person types, as /proc/iomem writes them."""

from __future__ import annotations

import re

import click

PATTERN = re.compile(r"([0-9a-f]{1,16})-([0-9a-f]{1,16})", re.IGNORECASE)
PAGE_BYTES = 4096


class Physical(click.ParamType[str]):
    """A range of physical memory: first and last byte, hexadecimal, whole pages; it is not looked up here."""

    name = "FIRST-LAST"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the range as /proc/iomem would write it."""
        found = PATTERN.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no range; write it as /proc/iomem does: 10000000-100fffff", param, ctx)
        first, end = int(found[1], 16), int(found[2], 16) + 1
        if first >= end or first % PAGE_BYTES or end % PAGE_BYTES:
            self.fail(f"{value!r} is not of whole pages of 4096 bytes, as 10000000-100fffff is", param, ctx)
        return f"{first:08x}-{end - 1:08x}"
