"""The wish: how many secrets, and how large each."""

from __future__ import annotations

from bench.model.record import Record

PAGE_BYTES = 4096
MOST_BYTES = 1 << 47
"""What a process can address with four levels of page tables."""
ALIGN_BYTES = 16
"""Where a secret may begin within a page that it shares: what malloc aligns to, enough for any C type."""


class Wish(Record):
    """So many secrets of so many bytes each, at least one of at least one byte."""

    secrets: int
    size_bytes: int

    @property
    def pages_each(self) -> int:
        """Return how many pages a secret takes that shares none."""
        return pages(self.size_bytes)

    @property
    def packed_pages(self) -> int:
        """Return how many pages all take together, one behind the other."""
        return pages(self.secrets * aligned(self.size_bytes))


def pages(size_bytes: int) -> int:
    """Return a size in whole pages."""
    return -(-size_bytes // PAGE_BYTES)


def aligned(size_bytes: int) -> int:
    """Return a size up to the next place at which another secret may begin."""
    return -(-size_bytes // ALIGN_BYTES) * ALIGN_BYTES
