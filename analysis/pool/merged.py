"""The merged kernel: page by page from the allocator, with the block around each page split down to 4 KB.

What it assumes, and is checked against what was measured (check.py):
- A page that was given up is handed out again first, but for the share that strays to somebody else. So what counts of
  a trace is how many different pages it comes to have.
- Further pages come piece by piece, each piece from one block of 2 MB, in the sizes that one run measured: a replay
  draws one run, and then pieces of it, for pieces of one moment are alike.
- The first page of a block that is not in 4 KB entries splits it, and a split takes a page for a table, from where the
  next page comes: the same piece, or the next one where the piece was of one page.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.course import MAPPED_4K
from analysis.pool.ground import MAPPED_1G, Ground, Pieces
from analysis.pool.trace import Counts, Trace

REPLAYS = 400


@dataclass(frozen=True, slots=True)
class Replays:
    """What each replay came to: blocks that gave pages, blocks split to 4 KB, blocks that keep the table of one.

    `in_giants` are blocks that lay in entries of 1 GB, of which one is split at least, and each at most.
    """

    blocks: Counts
    splits: Counts
    table_blocks: Counts
    in_giants: Counts


def replay(trace: Trace, ground: Ground, seed: int, *, whole: bool = False, replays: int = REPLAYS) -> Replays:
    """Return replays of a trace; `whole`: no block was split before. The same seed gives the same replays."""
    rng = np.random.default_rng(seed)
    pages = different_pages(trace, ground.stray)
    rows = [once(pages, ground.runs[rng.integers(len(ground.runs))], rng, whole=whole) for _ in range(replays)]
    return Replays(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def different_pages(trace: Trace, stray: float) -> int:
    """Return how many different pages a trace comes to have."""
    again = trace.touched_pages - trace.peak_pages
    return trace.peak_pages + round(stray * again)


def once(pages: int, run: Pieces, rng: np.random.Generator, *, whole: bool) -> tuple[int, int, int, int]:
    """Return blocks, splits, blocks with tables and blocks in entries of 1 GB of one replay."""
    drawn = rng.integers(len(run.pages), size=pages)  # a piece has a page at least, so these are enough
    blocks = int(np.searchsorted(np.cumsum(run.pages[drawn]), pages)) + 1
    drawn = drawn[:blocks]
    level = np.full(blocks, MAPPED_1G) if whole else run.level[drawn]
    splits = level != MAPPED_4K
    home = np.flatnonzero(splits) + (run.pages[drawn][splits] == 1)
    return blocks, int(splits.sum()), len(np.unique(home)), int((level == MAPPED_1G).sum())
