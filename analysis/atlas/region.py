"""Regions of 2 MB, each of a kind: what a picture of the direct map is made of."""

from __future__ import annotations

import numpy as np

from analysis.atlas.tally import REGION_PAGES, ROW_PAGES, is_removed, is_scar, pages_by
from workloads.atlas import MAPPED_1G, MAPPED_2M, MAPPED_4K, Atlas, Integers

NOTHING, HUGE, LARGE, SMALL, SCARRED, REMOVED_FEW, REMOVED_SOME, REMOVED_MOST = range(8)
"""Kinds in the order of how far they are from whole: where several meet in a cell, the highest shows."""
SOME, MOST = 0.25, 0.75
"""From these shares of a region's pages on, some or most of it is removed."""
ROW = ROW_PAGES // REGION_PAGES


def kinds(atlas: Atlas) -> Integers:
    """Return the kind of each region of 2 MB, in rows of 1 GB: shape (gigabytes, 512); NOTHING behind the end."""
    small, large, huge = (pages_by(atlas, atlas.level == n, REGION_PAGES) for n in (MAPPED_4K, MAPPED_2M, MAPPED_1G))
    scars = pages_by(atlas, is_scar(atlas), REGION_PAGES)
    removed = pages_by(atlas, is_removed(atlas), REGION_PAGES)
    # Each condition stands before those that it is to be seen through.
    tests = {
        REMOVED_MOST: removed >= MOST * REGION_PAGES,
        REMOVED_SOME: removed >= SOME * REGION_PAGES,
        REMOVED_FEW: removed > 0,
        SCARRED: scars > 0,
        SMALL: small > 0,
        LARGE: large > 0,
        HUGE: huge > 0,
    }
    found = np.select(list(tests.values()), list(tests), NOTHING)
    return np.append(found, np.full(-len(found) % ROW, NOTHING)).reshape(-1, ROW)


def coarse(cells: Integers, columns: int) -> Integers:
    """Return the cells in so many columns, each the highest kind of those that it stands for."""
    found: Integers = cells.reshape(len(cells), columns, -1).max(axis=2)
    return found
