"""Direct maps that no kernel has: made of words, one a stretch."""

from __future__ import annotations

import json

import numpy as np

from workloads.atlas import MAPPED_1G, MAPPED_2M, MAPPED_4K, NOT_MAPPED, PAGE_BYTES, SIZES, Atlas, Facts
from workloads.atlas.change import joined

PLAIN = 0b1011  # present, writable, global
LEVELS = {"1G": MAPPED_1G, "2M": MAPPED_2M, "4K": MAPPED_4K, "scar": MAPPED_4K, "gone": MAPPED_4K, "hole": NOT_MAPPED}
FLAGS = {"scar": 0b0011, "gone": 0b1010, "hole": 0}
GIB_PAGES = 1 << 18


def atlas(*words: str, facts: Facts | None = None) -> Atlas:
    """Return an atlas: each word is a gigabyte mapped so ("1G"), or so many pages ("4K:512", "gone:3", "hole:512").

    "scar" is a 4 KB page without the Global bit, "gone" one that is not present.
    """
    kinds, _, lengths = zip(*(word.partition(":") for word in words), strict=True)
    pages = np.array([int(length or GIB_PAGES) for length in lengths], np.int64)
    code = np.array([LEVELS[kind] << 8 | FLAGS.get(kind, PLAIN) for kind in kinds], np.int64)
    first = np.append(0, pages.cumsum()[:-1])
    return joined(first, code, int(pages.sum()), facts or counted(first, pages, code))


def counted(first: np.ndarray, pages: np.ndarray, code: np.ndarray) -> Facts:
    """Return the facts that fit to stretches, where all that has an entry is RAM and nothing else is."""
    regions = {level: [(a // size, -(-(a + n) // size)) for a, n in spans(first, pages, code, level)] for level, size in
               ((MAPPED_4K, 512), (MAPPED_2M, GIB_PAGES))}  # fmt: skip
    tables = {level: len({r for a, b in found for r in range(a, b)}) for level, found in regions.items()}
    gone = int(pages[(code >> 8 > 0) & (code & 1 == 0)].sum()) * PAGE_BYTES
    return Facts(4, tables[MAPPED_4K], tables[MAPPED_2M], 1, 0, 0, gone, 0, tables[MAPPED_4K], tables[MAPPED_4K])


def spans(first: np.ndarray, pages: np.ndarray, code: np.ndarray, level: int) -> list[tuple[int, int]]:
    """Return where something lies that a table of the level maps: the pages themselves, or a table below it."""
    return [
        (a, n) for a, n, c in zip(first.tolist(), pages.tolist(), code.tolist(), strict=True) if 0 < c >> 8 <= level
    ]


def line(of: Atlas, **changes: object) -> bytes:
    """Return the line that the program would say of an atlas, with some of it changed."""
    facts = of.facts
    told = {
        "format": 1, "program": "atlas", "status": "ok", "levels": facts.levels, "stretches": len(of.code),
        "walk_ns": 5, "bytes": {name: of.mapped_bytes(level) for name, level in SIZES.items()},
        "unmapped_ram_bytes": facts.unmapped_ram_bytes, "removed_ram_bytes": facts.removed_ram_bytes,
        "mapped_outside_bytes": facts.mapped_outside_bytes, "misplaced": facts.misplaced,
        "table_blocks": facts.table_blocks, "home_tables": facts.home_tables,
        "tables": {"pte": facts.pte_tables, "pmd": facts.pmd_tables, "pud": facts.pud_tables},
    }  # fmt: skip
    return json.dumps(told | changes).encode()
