"""The kernel's notation for sets of CPUs: 0-3,8."""

from __future__ import annotations


def parse(text: str) -> tuple[int, ...]:
    """Read a CPU list such as "0-3,8" into its numbers in ascending order; the empty text is the empty set."""
    found: set[int] = set()
    for part in text.strip().split(","):
        if part:
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return tuple(sorted(found))
