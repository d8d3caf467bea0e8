"""atlas: how the kernel's direct map is mapped, as the program beside this file tells it and as a result keeps it.

Physical pages and nothing else: the kernel's addresses, which KASLR hides, are neither told nor kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
PAGE_BYTES = 4096
NOT_MAPPED, MAPPED_4K, MAPPED_2M, MAPPED_1G = range(4)
"""Levels, as in native/pagetable.h."""
PRESENT, WRITABLE, EXECUTABLE, GLOBAL, UNCACHED = (1 << bit for bit in range(5))
"""Flags, as there."""
PAGES = {MAPPED_4K: 1, MAPPED_2M: 512, MAPPED_1G: 512 * 512}
"""Pages of 4 KB that one entry of a level maps."""
HIGHEST_CODE, UNKNOWN = MAPPED_1G << 8 | 31, 0xE0
"""Codes of stretches: level << 8 | flags."""
HIGHEST_PAGE = 1 << 40
"""x86-64 has 52 bits of physical address."""
STRETCH_BYTES = 16
MOST_STRETCHES = 1 << 24
FORMAT, PROGRAM = 1, "atlas"
COUNTED = ("misplaced", "unmapped_ram_bytes", "removed_ram_bytes", "mapped_outside_bytes")
SIZES = {"4k": MAPPED_4K, "2m": MAPPED_2M, "1g": MAPPED_1G}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pages of 4 KB, one behind the other, that entries of one level map alike."""

    first_page: int
    pages: int
    level: int
    flags: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the walk counted that the stretches do not tell: page tables, and how the map fits to /proc/iomem.

    `table_blocks` are blocks of 2 MB in which tables that map 4 KB pages lie, `home_tables` the tables that lie in the
    very block that they map; None in what was written before these were counted.
    """

    levels: int
    pte_tables: int
    pmd_tables: int
    pud_tables: int
    misplaced: int
    unmapped_ram_bytes: int
    removed_ram_bytes: int
    mapped_outside_bytes: int
    table_blocks: int | None = None
    home_tables: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """A state of the direct map: stretches from page 0 to the end of memory, each another than the one before it.

    `code` holds the level << 8 | the flags of each stretch, `first_page` where it begins, `pages` its length. How long
    the walk took is no part of the state, and 0 where it is not known.
    """

    facts: Facts
    first_page: Integers
    pages: Integers
    code: Integers
    walk_ns: int = 0

    @property
    def level(self) -> Integers:
        """The level of each stretch."""
        return self.code >> 8

    @property
    def flags(self) -> Integers:
        """The flags of each stretch."""
        return self.code & 0xFF

    @property
    def end_page(self) -> int:
        """The first page behind physical memory."""
        return int(self.first_page[-1] + self.pages[-1])

    def stretches(self) -> Iterator[Stretch]:
        """Yield the stretches one by one."""
        for first, pages, code in zip(*(a.tolist() for a in (self.first_page, self.pages, self.code)), strict=True):
            yield Stretch(first, pages, code >> 8, code & 0xFF)

    def find(self, page: int) -> Stretch | None:
        """Return the stretch that holds a page, None where the page is outside of memory."""
        if not 0 <= page < self.end_page:
            return None
        at = int(np.searchsorted(self.first_page, page, side="right")) - 1
        first, pages, code = (int(a[at]) for a in (self.first_page, self.pages, self.code))
        return Stretch(first, pages, code >> 8, code & 0xFF)

    def mapped_bytes(self, level: int) -> int:
        """Return how many bytes entries of one level map, those of removed pages too."""
        return int(self.pages[self.level == level].sum()) * PAGE_BYTES

    def is_like(self, other: Atlas | None) -> bool:
        """Tell whether two atlases are of one state, which is quicker than comparing their names."""
        mine = (self.first_page, self.pages, self.code)
        return other is not None and all(
            np.array_equal(a, b) for a, b in zip(mine, (other.first_page, other.pages, other.code), strict=True)
        )

    def raw(self) -> bytes:
        """Return the stretches as the program writes them, pairs of little-endian u64."""
        return self._pairs().tobytes()

    def name(self) -> str:
        """Return the SHA-256 of the raw stretches: equal states have equal names."""
        return hashlib.sha256(self._pairs()).hexdigest()

    def _pairs(self) -> memoryview:
        """The stretches as pairs, in one piece of memory."""
        pairs = np.empty((len(self.first_page), 2), "<u8")
        pairs[:, 0], pairs[:, 1] = self.first_page, self.pages << 16 | self.code
        return pairs.data


@dataclass(frozen=True, slots=True)
class Header:
    """The program's line: the facts, how many stretches follow, the bytes by size of page, and how long it took."""

    facts: Facts
    stretches: int
    sizes: dict[str, int]
    walk_ns: int


def read_header(line: bytes) -> Header:
    """Return what the program's line says; raises ValueError where it is none of a success."""
    try:
        told = json.loads(line)
        if not (told["format"] == FORMAT and told["program"] == PROGRAM and told["status"] == "ok"):
            raise ValueError("it is no line of an atlas")
        facts = Facts(
            levels=count(told["levels"], 5),
            **{f"{kind}_tables": count(told["tables"][kind]) for kind in ("pte", "pmd", "pud")},
            **{name: count(told[name]) for name in (*COUNTED, "table_blocks", "home_tables")},
        )
        sizes = {name: count(told["bytes"][name]) for name in SIZES}
        return Header(facts, count(told["stretches"], MOST_STRETCHES), sizes, count(told["walk_ns"]))
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"the line lacks {error}") from None


def count(told: Any, most: int = 1 << 62) -> int:
    """Return a count that somebody else states; raises ValueError where it is none or beyond `most`."""
    if type(told) is not int or not 0 <= told <= most:
        raise ValueError(f"{told!r} is no count")
    return told


def parse(line: bytes, raw: bytes) -> Atlas:
    """Return the atlas that the program told: its line and the raw stretches behind it, neither believed unread.

    Raises ValueError where they are not whole, contradict each other, or cannot be a direct map.
    """
    header = read_header(line)
    if len(raw) != header.stretches * STRETCH_BYTES:
        raise ValueError(f"{len(raw)} bytes are not {header.stretches} stretches")
    atlas = replace(unpack(header.facts, raw), walk_ns=header.walk_ns)
    held = np.bincount(atlas.level, atlas.pages, MAPPED_1G + 1)  # exact: no sum of pages is beyond 2^53
    if header.sizes != {name: int(held[level]) * PAGE_BYTES for name, level in SIZES.items()}:
        raise ValueError("the line and the stretches tell of other sizes")
    return atlas


def unpack(facts: Facts, raw: bytes) -> Atlas:
    """Return the atlas of raw stretches; raises ValueError where they cannot be a direct map."""
    pair = np.frombuffer(raw, dtype="<u8").reshape(-1, 2)
    first, pages = pair[:, 0].astype(np.int64), (pair[:, 1] >> np.uint64(16)).astype(np.int64)
    return checked(Atlas(facts, first, pages, (pair[:, 1] & np.uint64(0xFFFF)).astype(np.int64)))


def checked(atlas: Atlas) -> Atlas:
    """Return the atlas if its stretches can be a direct map's, in the one way to write it; else raise ValueError."""
    first, pages, code = atlas.first_page, atlas.pages, atlas.code
    if not 0 < len(first) <= MOST_STRETCHES:
        raise ValueError(f"{len(first)} stretches")
    if pages.min() < 1 or pages.max() > HIGHEST_PAGE or (ends := pages.cumsum())[-1] > HIGHEST_PAGE:
        raise ValueError("a stretch has no length, or one beyond what can be addressed")
    large, huge = (first[atlas.level == level] for level in (MAPPED_2M, MAPPED_1G))
    wrong = {
        "the stretches do not follow each other": first[0] != 0 or (first[1:] != ends[:-1]).any(),
        "neighbours are alike": (code[1:] == code[:-1]).any(),
        "a level or a flag is unknown": code.min() < 0 or code.max() > HIGHEST_CODE or (code & UNKNOWN).any(),
        "what is not mapped has flags": ((code > 0) & (code <= 0xFF)).any(),
        "a large page begins amid another": (large % PAGES[MAPPED_2M]).any() or (huge % PAGES[MAPPED_1G]).any(),
    }
    for why in (text for text, holds in wrong.items() if holds):
        raise ValueError(why)
    return atlas
