"""Events: what happened between two states of the direct map, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.atlas.tally import REGION_PAGES, ROW_PAGES, has_global
from workloads.atlas import GLOBAL, MAPPED_1G, MAPPED_4K, PRESENT, Atlas, Integers
from workloads.atlas.change import Change, compare

Kind = Literal["split_1g", "split_2m", "joined_1g", "joined_2m", "removed", "scarred", "returned", "other"]
Span = tuple[int, int]
"""First page and length in pages of 4 KB."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to `count` pages of one size (1 GB, 2 MB, or 4 KB where nothing else is said).

    split_1g, split_2m: a page of that size is smaller ones now; joined_*: the reverse. removed: taken out of the map.
    scarred: there, without the Global bit that it had, or put back without it. returned: put back as it was. other:
    mapped anew, no longer at all, or with other permissions.
    """

    kind: Kind
    count: int
    spans: tuple[Span, ...]


def events(before: Atlas, after: Atlas) -> tuple[Event, ...]:
    """Return what happened between two states, the largest pages first; a page may be in several events."""
    change = compare(before, after)
    marked = has_global(before) or has_global(after)
    return tuple(event for event in (*sizes(change), *pages(change, marked)) if event.count)


def sizes(change: Change) -> Iterator[Event]:
    """Yield the splits and the joins."""
    was, now = np.maximum(change.was, 0) >> 8, change.now >> 8
    entries = (was > 0) & (now > 0)
    yield whole("split_1g", change, entries & (was == MAPPED_1G) & (now < MAPPED_1G), ROW_PAGES)
    yield whole("split_2m", change, entries & (was > MAPPED_4K) & (now == MAPPED_4K), REGION_PAGES)
    yield whole("joined_2m", change, entries & (was == MAPPED_4K) & (now > MAPPED_4K), REGION_PAGES)
    yield whole("joined_1g", change, entries & (was < MAPPED_1G) & (now == MAPPED_1G), ROW_PAGES)


def pages(change: Change, marked: bool) -> Iterator[Event]:
    """Yield what happened to single pages."""
    was, now = np.maximum(change.was, 0), change.now
    there, here = (was & PRESENT) != 0, (now & PRESENT) != 0
    unmarked = here & (now & GLOBAL == 0) & (now >> 8 == MAPPED_4K) & marked
    scarred = unmarked & ~((was & (GLOBAL | PRESENT) == PRESENT) & (was >> 8 == MAPPED_4K))
    removed = (now > 0) & ~here & there
    returned = here & ~there & (was > 0) & ~scarred
    resized = (was > 0) & (now > 0) & (was >> 8 != now >> 8)
    yield single("removed", change, removed)
    yield single("scarred", change, scarred)
    yield single("returned", change, returned)
    yield single("other", change, ~(removed | scarred | returned | resized))


def whole(kind: Kind, change: Change, chosen: np.ndarray, size: int) -> Event:
    """Return an event of large pages: those of `size` in which any of the chosen changes lies."""
    first = change.first_page[chosen] // size
    last = (change.first_page[chosen] + change.pages[chosen] - 1) // size
    if not len(first):
        return Event(kind, 0, ())
    touched = np.unique(np.concatenate([np.arange(a, b + 1) for a, b in zip(first, last, strict=True)]))
    return Event(kind, len(touched), spans(touched * size, np.full(len(touched), size)))


def single(kind: Kind, change: Change, chosen: np.ndarray) -> Event:
    """Return an event of 4 KB pages."""
    lengths = change.pages[chosen]
    return Event(kind, int(lengths.sum()), spans(change.first_page[chosen], lengths))


def spans(first: Integers, lengths: Integers) -> tuple[Span, ...]:
    """Return stretches that ascend with those made one that touch."""
    if not len(first):
        return ()
    begins = np.append(True, first[1:] != first[:-1] + lengths[:-1])
    starts = first[begins]
    ends = (first + lengths)[np.append(begins[1:], True)]
    return tuple(zip(starts.tolist(), (ends - starts).tolist(), strict=True))
