"""Layouts: whole pages for who shares none, many in a page for who does, and a table for every 512 pages."""

from __future__ import annotations

import pytest

from analysis.advice.layout import layout
from analysis.advice.way import WAYS
from analysis.advice.wish import Wish

KEYS = Wish(secrets=1000, size_bytes=32)


@pytest.mark.parametrize(
    ("way", "pages", "files", "mappings"),
    [
        ("file_each", 1000, 1000, 1000),
        ("arena", 8, 1, 1),
        ("arena_pages", 1000, 1, 1),
        ("arena_guarded", 1000, 1, 2001),
        ("malloc_mlock", 13, 0, 1),
        ("mmap_mlock", 1000, 0, 1),
        ("memfd_mlock", 1000, 1000, 1000),
    ],
)
def test_keys_take_a_page_each_or_share_pages(way: str, pages: int, files: int, mappings: int) -> None:
    found = layout(way, KEYS)
    assert (found.pages, found.files, found.mappings) == (pages, files, mappings)


@pytest.mark.parametrize(("size", "pages"), [(1, 1), (4096, 1), (4097, 2), (1 << 20, 256)])
def test_secret_of_its_own_is_rounded_up_to_pages(size: int, pages: int) -> None:
    assert layout("file_each", Wish(secrets=1, size_bytes=size)).locked_bytes == 4096 * pages


def test_packed_secrets_begin_where_any_type_may() -> None:
    assert layout("arena", Wish(secrets=256, size_bytes=17)).pages == 2


def test_large_heap_block_has_a_head_that_may_take_a_page_more() -> None:
    assert layout("malloc_mlock", Wish(secrets=2, size_bytes=1 << 20)).pages == 2 * 257


def test_tables_are_one_for_2_mb_and_one_more_where_ends_lie_within() -> None:
    least, most = layout("arena", Wish(secrets=1, size_bytes=4 << 20)).table_bytes
    assert (least, most) == (4096, 4096 * (2 + 1 + 1 + 2))


@pytest.mark.parametrize("way", [way.name for way in WAYS])
@pytest.mark.parametrize("size", [1, 32, 5000, 1 << 27])
def test_more_secrets_never_take_less(way: str, size: int) -> None:
    found = [layout(way, Wish(secrets=n, size_bytes=size)) for n in (1, 2, 3, 100, 10**9)]
    for what in ("pages", "files", "mappings", "span_pages"):
        values = [getattr(each, what) for each in found]
        assert values == sorted(values)
