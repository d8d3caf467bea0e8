"""Ranges of physical memory: as /proc/iomem writes them, whole pages; nothing else."""

from __future__ import annotations

import click
import pytest

from cli.physical import Physical


@pytest.mark.parametrize(
    ("text", "range_text"),
    [("10000000-100fffff", "10000000-100fffff"), ("1000-1FFF", "00001000-00001fff"), ("0-fff", "00000000-00000fff")],
)
def test_range_is_read(text: str, range_text: str) -> None:
    assert Physical().convert(text, None, None) == range_text


@pytest.mark.parametrize("text", ["", "auto", "10000000", "0x1000-0x1fff", "1000-", "-1fff", "1000-1fff-2fff", "1g-2g"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError, match="is no range"):
        Physical().convert(text, None, None)


@pytest.mark.parametrize("text", ["1000-1ffe", "1001-1fff", "2000-1fff", "1fff-1000"])
def test_parts_of_pages_are_refused(text: str) -> None:
    with pytest.raises(click.UsageError, match="whole pages"):
        Physical().convert(text, None, None)
