"""What a state of the direct map amounts to, in pages and bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workloads.atlas import GLOBAL, MAPPED_1G, MAPPED_2M, MAPPED_4K, PAGE_BYTES, PAGES, PRESENT, Atlas, Integers

REGION_PAGES, ROW_PAGES = PAGES[MAPPED_2M], PAGES[MAPPED_1G]
TABLE_BYTES = PAGE_BYTES


@dataclass(frozen=True, slots=True)
class Tally:
    """The sizes of a map, and its scars.

    `scar_pages` are there and lack the Global bit that the rest has: they were taken out once and put back, as secret
    memory is, and the text of modules and BPF programs. None where no page has the bit, as with page-table isolation.
    `small_regions` are the 2 MB regions that are mapped by 4 KB pages; rows are of 1 GB.
    """

    small_bytes: int
    large_bytes: int
    huge_bytes: int
    removed_pages: int
    scar_pages: int | None
    small_regions: int
    whole_rows: int
    split_rows: int
    table_bytes: int

    @property
    def mapped_bytes(self) -> int:
        """All that has an entry, removed pages too."""
        return self.small_bytes + self.large_bytes + self.huge_bytes


def tally(atlas: Atlas) -> Tally:
    """Return the tally of a state."""
    facts = atlas.facts
    whole, split = rows(atlas)
    return Tally(
        small_bytes=atlas.mapped_bytes(MAPPED_4K),
        large_bytes=atlas.mapped_bytes(MAPPED_2M),
        huge_bytes=atlas.mapped_bytes(MAPPED_1G),
        removed_pages=int(atlas.pages[is_removed(atlas)].sum()),
        scar_pages=scar_pages(atlas),
        small_regions=int((pages_by(atlas, atlas.level == MAPPED_4K, REGION_PAGES) > 0).sum()),
        whole_rows=whole,
        split_rows=split,
        table_bytes=(facts.pte_tables + facts.pmd_tables + facts.pud_tables) * TABLE_BYTES,
    )


def rows(atlas: Atlas) -> tuple[int, int]:
    """Return how many gigabytes are mapped as one page, and how many by smaller ones."""
    whole = pages_by(atlas, atlas.level == MAPPED_1G, ROW_PAGES) > 0
    smaller = pages_by(atlas, (atlas.level == MAPPED_4K) | (atlas.level == MAPPED_2M), ROW_PAGES) > 0
    return int(whole.sum()), int((smaller & ~whole).sum())


def has_global(atlas: Atlas) -> bool:
    """Tell whether this kernel marks its direct map as global: then what lacks the mark was taken out and put back."""
    return bool((atlas.code[atlas.code > 0] & GLOBAL).any())


def is_removed(atlas: Atlas) -> np.ndarray:
    """Tell of each stretch whether it has an entry that is not present: a secret, while it lasts."""
    found: np.ndarray = (atlas.code > 0) & (atlas.flags & PRESENT == 0)
    return found


def scar_pages(atlas: Atlas) -> int | None:
    """Return how many pages were taken out once and put back, None where that cannot be told."""
    return int(atlas.pages[lacks_global(atlas)].sum()) if has_global(atlas) else None


def is_scar(atlas: Atlas) -> np.ndarray:
    """Tell of each stretch whether it came back without the Global bit (set_direct_map_default_noflush)."""
    return lacks_global(atlas) & has_global(atlas)


def lacks_global(atlas: Atlas) -> np.ndarray:
    """Tell of each stretch whether it is of 4 KB pages that are there and have no Global bit."""
    found: np.ndarray = (atlas.level == MAPPED_4K) & (atlas.code & (PRESENT | GLOBAL) == PRESENT)
    return found


def pages_by(atlas: Atlas, chosen: np.ndarray, size: int) -> Integers:
    """Return how many pages of the chosen stretches lie in each region of `size` pages."""
    edges = np.minimum(np.arange(0, atlas.end_page + size, size), atlas.end_page)
    before = np.append(0, (atlas.pages * chosen).cumsum())
    at = np.minimum(np.searchsorted(atlas.first_page, edges, side="right") - 1, len(chosen) - 1)
    counted = before[at] + (edges - atlas.first_page[at]) * chosen[at]
    found: Integers = np.diff(counted)
    return found
