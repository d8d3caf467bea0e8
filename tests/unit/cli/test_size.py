"""Sizes: bytes, with or without a unit; nothing else."""

from __future__ import annotations

import click
import pytest

from cli.size import Size


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("0", 0), ("512", 512), ("64M", 64 << 20), ("2g", 2 << 30), ("8 KiB", 8192), ("1T", 1 << 40)],
)
def test_size_is_read(text: str, size_bytes: int) -> None:
    assert Size().convert(text, None, None) == size_bytes


@pytest.mark.parametrize("text", ["", "-1", "1.5G", "M", "12 apples", "9" * 20])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError, match="is no size"):
        Size().convert(text, None, None)


def test_less_than_the_least_is_refused() -> None:
    assert Size(least=1).convert("1", None, None) == 1
    with pytest.raises(click.UsageError, match="less than 1 B"):
        Size(least=1).convert("0K", None, None)
