"""The layout: what a way of holding secrets takes in pages, files, mappings and page tables; arithmetic, no times."""

from __future__ import annotations

from analysis.advice.wish import PAGE_BYTES, Wish, aligned, pages
from bench.model.record import Record

TABLE_PAGES = 512
"""So many pages one page table maps (x86-64, aarch64 with 4 KB pages)."""
HEAP_HEAD_BYTES, HEAP_LEAST_BYTES, HEAP_LARGE_BYTES = 8, 32, 128 << 10
"""glibc: what a heap block has before it, the smallest, and from where on a block is a mapping of its own."""


class Layout(Record):
    """Files and mappings held, locked pages, and the stretch of addresses, in pages; `mapping_pages` is one's own."""

    files: int
    mappings: int
    pages: int
    span_pages: int
    mapping_pages: int

    @property
    def locked_bytes(self) -> int:
        """Return what counts against RLIMIT_MEMLOCK: whole pages."""
        return self.pages * PAGE_BYTES

    @property
    def table_bytes(self) -> tuple[int, int]:
        """Return the least and the most of the process's own page tables, of the lowest level and those above.

        Mappings smaller than a table lie side by side, and where they begin the process may have a table already; of a
        larger one both ends may lie within a table. Of the levels above there is one table more for every 512, and up
        to one more at either level that the process had not yet.
        """
        whole = -(-self.span_pages // TABLE_PAGES)
        apart = self.span_pages // self.mapping_pages if self.mapping_pages >= TABLE_PAGES else 1
        most = whole + apart
        return (whole - 1) * PAGE_BYTES, (most + -(-most // TABLE_PAGES) + 2) * PAGE_BYTES


def layout(way: str, wish: Wish) -> Layout:
    """Return what a way takes; a heap's pages are an upper bound, since another block may begin its first page.

    Ordinary mappings that lie side by side are one to the kernel, so mmap + mlock counts as one. In a guarded arena the
    guards are holes of a reservation that nothing may touch, which are not locked: guards that are pages of the secret
    mapping itself would count against the limit where that is checked at mmap.
    """
    n, each = wish.secrets, wish.pages_each
    own = n * each
    match way:
        case "file_each" | "memfd_mlock":
            return Layout(files=n, mappings=n, pages=own, span_pages=own, mapping_pages=each)
        case "mmap_mlock":
            return Layout(files=0, mappings=1, pages=own, span_pages=own, mapping_pages=each)
        case "arena" | "arena_pages":
            held = wish.packed_pages if way == "arena" else own
            return Layout(files=1, mappings=1, pages=held, span_pages=held, mapping_pages=held)
        case "arena_guarded":
            return Layout(
                files=1, mappings=2 * n + 1, pages=own, span_pages=n * (each + 1) + 1, mapping_pages=n * (each + 1) + 1
            )
        case "malloc_mlock":
            return heap(wish)
    raise KeyError(way)


def heap(wish: Wish) -> Layout:
    """Return what blocks of glibc's heap take, locked each.

    Small ones share pages. Large ones are mappings of their own with a head of 16 B, and the kernel does not join them:
    the head was written before they were locked.
    """
    if wish.size_bytes >= HEAP_LARGE_BYTES:
        each = pages(wish.size_bytes + 2 * HEAP_HEAD_BYTES)
        held = wish.secrets * each
        return Layout(files=0, mappings=wish.secrets, pages=held, span_pages=held, mapping_pages=each)
    block = max(HEAP_LEAST_BYTES, aligned(wish.size_bytes + HEAP_HEAD_BYTES))
    held = pages(wish.secrets * block) + 1
    return Layout(files=0, mappings=1, pages=held, span_pages=held, mapping_pages=held)
