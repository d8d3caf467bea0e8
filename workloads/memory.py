"""The backings: the kinds of memory that are compared, by the names that the native programs know."""

from __future__ import annotations

from enum import StrEnum


class Backing(StrEnum):
    """A kind of memory; native/memory.c maps it."""

    ANONYMOUS = "anonymous"
    ANONYMOUS_LOCKED = "anonymous_locked"
    MEMFD = "memfd"
    MEMFD_LOCKED = "memfd_locked"
    THP = "thp"
    HUGETLB_2M = "hugetlb_2m"
    HUGETLB_1G = "hugetlb_1g"
    SECRET = "secret"

    @property
    def page_bytes(self) -> int:
        """Return the size of the page that one touch brings in."""
        return PAGE_BYTES.get(self, 4096)

    @property
    def locked(self) -> bool:
        """Tell whether its pages count against RLIMIT_MEMLOCK."""
        return self in (Backing.ANONYMOUS_LOCKED, Backing.MEMFD_LOCKED, Backing.SECRET)


PAGE_BYTES = {Backing.THP: 2 << 20, Backing.HUGETLB_2M: 2 << 20, Backing.HUGETLB_1G: 1 << 30}
