"""Ballast: blocks of 2 MB that are taken away for a run, so that it has to do with those that it is left."""

from __future__ import annotations

from bench.host import reserve
from bench.host.setting import Setting
from bench.host.tuning import Tuning
from workloads.spec import Unsupported

BLOCK_BYTES = 2 << 20
GATHERINGS = 2
"""The kernel compacts for who asks: who asks again gets more."""


def take(tuning: Tuning, pool: Setting, wanted_bytes: int, held_bytes: int) -> Unsupported | None:
    """Put into the pool of 2 MB pages all blocks that the kernel can gather but those that are wanted.

    What is held comes from the splinters that are left, and from more blocks where these are too few for it and the
    reserve. The pool neither clears nor moves what it takes. Unsupported as Tuning.change gives it.
    """
    room = reserve.room(tuning.root)
    before = int(pool.read())
    most = before + blocks(room.available_bytes - room.reserve_bytes)
    for _ in range(GATHERINGS):
        if refused := tuning.change(pool, str(most)):
            return refused
    gathered = int(pool.read())
    return tuning.change(
        pool, str(max(before, gathered - to_leave(reserve.room(tuning.root), wanted_bytes, held_bytes)))
    )


def to_leave(left: reserve.Room, wanted_bytes: int, held_bytes: int) -> int:
    """Return how many blocks a run is left, by the room that there is when all that can be gathered is taken."""
    splinters_bytes = left.available_bytes - left.reserve_bytes
    return -(-wanted_bytes // BLOCK_BYTES) + max(0, -((splinters_bytes - held_bytes) // BLOCK_BYTES))


def blocks(size_bytes: int) -> int:
    """Return how many whole blocks fit, none where the size is negative."""
    return max(0, size_bytes // BLOCK_BYTES)
