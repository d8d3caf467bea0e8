"""Areas: the two ways of the patch series that were not merged, which take secret pages from memory set aside at boot.

Read from the patches (Mike Rapoport, LKML: version 4, 2020-08-18, 20200818141554.13945-7-rppt@kernel.org; version 15,
2021-01-20, 20210120180612.1058-8-rppt@kernel.org), not run. In both, each file has a pool of its own (gen_pool) that
grows by chunks of 2 MB from the area `secretmem=`, is used by no other file, and is given back when the file goes.
- Versions 2 to 4: the area is reserved, and out of the direct map from boot on. Nobody else can use it.
- Versions 8 to 16: the area is CMA, which programs' pages may fill meanwhile. A chunk leaves the direct map as a whole.
A chunk or an area is aligned to 2 MB, so nothing is split to 4 KB; where the direct map is in entries of 1 GB, those
that the area lies in are split to 2 MB, unless an area takes all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.pool.trace import Counts, Trace

CHUNK_PAGES = 512
CHUNKS_A_GIANT = 512
"""Chunks of 2 MB in an entry of 1 GB."""
AREA_CHUNKS = 32
"""64 MB: a size that the models assume, for the patches have none by default."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way of giving out pages comes to for one trace.

    `splits_1g`: at the least and at most. Aside is memory set aside for secrets that nobody else can use, in pages: at
    most, and of that, how much was unused then; `refused` are pages that could not be had for want of chunks.
    """

    splits_1g: tuple[int, int]
    aside_pages: int
    unused_pages: int
    refused_pages: int = 0


def chunks(trace: Trace, area_chunks: int = AREA_CHUNKS) -> Outcome:
    """Return what versions 8 to 16 come to: what is set aside are the chunks that files have."""
    taken, held, refused = serve(trace, area_chunks)
    most = int(taken.max(initial=0))
    aside, at = most * CHUNK_PAGES, int(np.argmax(taken))
    entries = -(-most // CHUNKS_A_GIANT)
    return Outcome((min(entries, most), min(entries + 1, most)), aside, aside - int(held[at]), refused)


def reserved(trace: Trace, area_chunks: int = AREA_CHUNKS) -> Outcome:
    """Return what versions 2 to 4 come to: the whole area is set aside from boot on, whoever uses it."""
    _, held, refused = serve(trace, area_chunks)
    aside = area_chunks * CHUNK_PAGES
    cut = int(area_chunks % CHUNKS_A_GIANT > 0)
    # An area above half of 1 GB is aligned to 1 GB; a smaller one may lie across two entries.
    crossing = int(cut and 2 * area_chunks <= CHUNKS_A_GIANT and area_chunks > 1)
    return Outcome((cut, cut + crossing), aside, aside - int(held.max(initial=0)), refused)


def serve(trace: Trace, area_chunks: int) -> tuple[Counts, Counts, int]:
    """Return the chunks taken and pages held after each event, and how many pages were refused in all.

    A file gets what its chunks hold; what it asks for beyond the last free chunk is refused, and it goes on without.
    """
    taken, held = np.zeros((2, len(trace.file)), dtype=np.int64)
    had: dict[int, int] = {}
    chunks_now = pages_now = refused = 0
    for event, (file, pages) in enumerate(zip(trace.file.tolist(), trace.pages.tolist(), strict=True)):
        before = had.get(file, 0)
        room = (chunks_of(before) + area_chunks - chunks_now) * CHUNK_PAGES
        after = min(before + pages, room) if pages else 0
        refused += before + pages - after if pages else 0
        chunks_now += chunks_of(after) - chunks_of(before)
        pages_now += after - before
        had[file] = after
        taken[event], held[event] = chunks_now, pages_now
    return taken, held, refused


def chunks_of(pages: int) -> int:
    """Return how many chunks hold so many pages of one file."""
    return -(-pages // CHUNK_PAGES)
