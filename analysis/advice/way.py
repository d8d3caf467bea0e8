"""The ways of holding secrets, and what measured times each is put together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.advice.wish import Wish

MAKE = ("create", "ftruncate", "mmap", "malloc", "lock")
TOUCH = ("first_touch",)
FREE = ("wipe", "munmap", "close", "free")
PHASES = (*MAKE, *TOUCH, *FREE)
Curve = Literal["file_each", "area", "malloc", "mmap_mlock", "memfd_mlock"]
"""What was measured by size: a way of secret_life, or one secret area as a whole."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way: is its memory secret, and is each secret apart from the next; `about` says what it is."""

    name: str
    title: str
    secret: bool
    apart: bool
    about: str


@dataclass(frozen=True, slots=True)
class Term:
    """Some phases of a curve, at so many pages, so many times."""

    curve: Curve
    phases: tuple[str, ...]
    pages: int
    times: int


WAYS = (
    Way("file_each", "secret, a file each", True, True, "memfd_secret, ftruncate and mmap for every secret"),
    Way("arena", "secret arena, packed", True, False, "one secret file, mapped once, many secrets in each page"),
    Way("arena_pages", "secret arena, own pages", True, True, "one secret file, mapped once, whole pages a secret"),
    Way(
        "arena_guarded",
        "secret arena, guarded",
        True,
        True,
        "one secret file, each secret's pages mapped apart, with a page between that nobody may touch",
    ),
    Way("malloc_mlock", "malloc + mlock", False, False, "a heap block each, locked; not secret"),
    Way("mmap_mlock", "mmap + mlock", False, True, "ordinary pages each, locked; not secret"),
    Way("memfd_mlock", "memfd + mlock", False, True, "an ordinary file in memory each, locked; not secret"),
)


def find(name: str) -> Way:
    """Return the way of a name; raises KeyError where there is none."""
    return {way.name: way for way in WAYS}[name]


def terms(way: str, wish: Wish) -> tuple[Term, ...]:
    """Return what the time of a way is the sum of, with all secrets made, touched once and given up again.

    Secrets of a guarded arena are mapped and unmapped one by one, as files of their own are, and share one file. Of
    malloc and mlock no experiment times the two together: its calls are those of malloc and of mlock on whole pages,
    where small blocks share pages that only the first of them has to bring in, so the sum is an upper bound.
    """
    each, n = wish.pages_each, wish.secrets
    match way:
        case "arena":
            return (Term("area", PHASES, wish.packed_pages, 1),)
        case "arena_pages":
            return (Term("area", PHASES, n * each, 1),)
        case "arena_guarded":
            shared = Term("area", ("create", "ftruncate", "close"), n * each, 1)
            return shared, Term("file_each", ("mmap", "first_touch", "munmap"), each, n)
        case "malloc_mlock":
            return Term("malloc", ("malloc", "wipe", "free"), each, n), Term("mmap_mlock", ("lock",), each, n)
        case "file_each" | "mmap_mlock" | "memfd_mlock":
            return (Term(way, PHASES, each, n),)
    raise KeyError(way)
