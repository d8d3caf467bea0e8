"""Rounded: a number as a verdict file tells it, the same on every CPU."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

DIGITS = 9


def rounded(value: float) -> float:
    """Return a number with DIGITS significant digits: the last ones of exp and log are another CPU's own."""
    return float(f"{value:.{DIGITS}g}")


Rounded = Annotated[float, AfterValidator(rounded)]
