"""Shares that a person types: a number with % behind it."""

from __future__ import annotations

import re

import click

PATTERN = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%", re.ASCII)


class Percent(click.ParamType[float]):
    """A share of more than 0 and less than 100 %, as a fraction."""

    name = "PERCENT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the fraction that a share stands for."""
        if isinstance(value, float):
            return value
        found = PATTERN.fullmatch(str(value).strip())
        share = float(found[1]) if found else 0.0
        if not 0 < share < 100:
            self.fail(f"'{value}' is no share between 0 and 100 %; write it as 2% or 0.5%", param, ctx)
        return share / 100
