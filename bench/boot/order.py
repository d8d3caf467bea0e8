"""The order of boots: every kind once a block, drawn from a seed before the first of them."""

from __future__ import annotations

import random
from collections.abc import Sequence


def drawn(kinds: Sequence[str], blocks: int, seed: int) -> tuple[str, ...]:
    """Return the kinds in an order that a seed gives, the same on every machine."""
    order: list[str] = []
    for block in range(blocks):
        order += random.Random(f"{seed}/boots/{block}").sample(list(kinds), len(kinds))
    return tuple(order)


def seed_of(seed: int, place: int) -> int:
    """Return the seed of what is measured at a place."""
    return random.Random(f"{seed}/boot/{place}").randrange(1 << 32)
