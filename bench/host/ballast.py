"""Ballast: free blocks of 2 MB that are taken away for a run, so that what is left is worth asking for."""

from __future__ import annotations

from pathlib import Path

from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_text

BLOCK_BYTES, BLOCK_ORDER = 2 << 20, 9
FIRST_COLUMN = 4


def whole_blocks(buddyinfo: str) -> int:
    """Return how many blocks of 2 MB are free as a whole, by the text of /proc/buddyinfo."""
    rows = (line.split()[FIRST_COLUMN:] for line in buddyinfo.splitlines())
    return sum(
        int(count) << (order - BLOCK_ORDER) for row in rows for order, count in enumerate(row) if order >= BLOCK_ORDER
    )


def pages_to_take(leave_bytes: int, free_bytes: int, root: Path = ROOT) -> int:
    """Return how many pages of 2 MB leave so many bytes in whole blocks, and take nothing from the reserve."""
    blocks = whole_blocks(read_text(root / "proc/buddyinfo")) - -(-leave_bytes // BLOCK_BYTES)
    return max(0, min(blocks, (free_bytes - leave_bytes) // BLOCK_BYTES))
