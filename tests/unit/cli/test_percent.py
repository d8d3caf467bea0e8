"""Shares: a number with % behind it; nothing else."""

from __future__ import annotations

import click
import pytest

from cli.percent import Percent


@pytest.mark.parametrize(("text", "share"), [("2%", 0.02), ("0.5 %", 0.005), ("99.9%", 0.999)])
def test_share_is_read(text: str, share: float) -> None:
    assert Percent().convert(text, None, None) == pytest.approx(share)


@pytest.mark.parametrize(
    "text", ["", "2", "0.02", "0%", "100%", "-1%", "nan%", "1e1%", "2%%", "%", "٢%", "9" * 400 + "%"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError, match="is no share between 0 and 100 %; write it as 2%"):
        Percent().convert(text, None, None)
