"""A stopping rule: when a run may end before its last block, fixed before the first."""

from __future__ import annotations

from bench.model.record import Record


class Stopping(Record):
    """End as soon as the interval of every claim reaches at most `half_width` (a fraction of the ratio) to either side.

    That is looked at when so many blocks are whole as `looks` say, in ascending order, and at no other moment; the last
    of them is all blocks, where the run ends in any case.
    """

    half_width: float
    looks: tuple[int, ...]
