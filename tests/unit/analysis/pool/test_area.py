"""The two pools of the patches: chunks of 2 MB a file, from an area that others may use meanwhile, or may not."""

from __future__ import annotations

import pytest

from analysis.pool.area import chunks, reserved, serve
from analysis.pool.trace import Event, Trace

ONE_EACH = [(file, 1) for file in range(8)]


def trace(*events: Event) -> Trace:
    return Trace.of("t", "t", "made up", events)


def test_file_of_one_page_takes_a_chunk_of_its_own() -> None:
    found = chunks(trace(*ONE_EACH))
    assert (found.aside_pages, found.unused_pages, found.refused_pages) == (8 * 512, 8 * 511, 0)


@pytest.mark.parametrize(("pages", "taken"), [(512, 512), (513, 1024)])
def test_one_file_takes_another_chunk_when_the_last_is_full(pages: int, taken: int) -> None:
    assert chunks(trace((0, pages))).aside_pages == taken


def test_chunk_is_free_again_when_its_file_goes() -> None:
    events = [event for file in range(9) for event in ((file, 1), (file, 0))]
    assert chunks(trace(*events), area_chunks=1).refused_pages == 0
    assert serve(trace(*events), 1)[0].tolist() == [1, 0] * 9


def test_what_the_area_has_no_chunk_for_is_refused_and_counted() -> None:
    assert chunks(trace(*ONE_EACH), area_chunks=5).refused_pages == 3
    assert chunks(trace((0, 1000), (1, 1)), area_chunks=1).refused_pages == 489


def test_reserved_area_is_set_aside_whoever_uses_it() -> None:
    found = reserved(trace((0, 1), (0, 0)), area_chunks=32)
    assert (found.aside_pages, found.unused_pages) == (32 * 512, 32 * 512 - 1)


@pytest.mark.parametrize(
    ("area_chunks", "splits"), [(1, (1, 1)), (32, (1, 2)), (256, (1, 2)), (300, (1, 1)), (512, (0, 0)), (600, (1, 1))]
)
def test_reserved_area_splits_the_giants_that_it_does_not_fill(area_chunks: int, splits: tuple[int, int]) -> None:
    """Above half of 1 GB it is aligned to 1 GB; a smaller one of more than a chunk may lie across two."""
    assert reserved(trace((0, 1)), area_chunks).splits_1g == splits


def test_chunks_split_no_more_giants_than_they_are() -> None:
    assert chunks(trace((0, 1))).splits_1g == (1, 1)
    assert chunks(trace(*ONE_EACH)).splits_1g == (1, 2)
    assert chunks(trace((0, 0))).splits_1g == (0, 0)
