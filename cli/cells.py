"""Progress through the cells of a matrix: a line when each has ended, with the time that is left at most."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from analysis.report.kernels import WORDS
from bench.guest.record import CellReport


class CellMeter:
    """Counts cells as they end; the time left is by the pace so far, and at most what the cells' limits allow."""

    def __init__(self, cells: list[tuple[str, float]]) -> None:
        """Take the cells' names with their limits, in seconds."""
        self.cells, self.done, self.begun = cells, 0, time.monotonic()

    def __enter__(self) -> Self:
        """Say what begins."""
        most_s = sum(limit_s for _, limit_s in self.cells)
        print(f"booting {len(self.cells)} cells, at most {most_s:.0f} s", file=sys.stderr, flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing."""

    def tell(self, cell: CellReport) -> None:
        """Print that a cell has ended."""
        self.done += 1
        left = left_s(self.done, [limit_s for _, limit_s in self.cells], time.monotonic() - self.begun)
        after = f", about {left:.0f} s left" if self.done < len(self.cells) else ""
        text = f"{self.done} of {len(self.cells)}: {cell.name} {WORDS[cell.status]} after {cell.took_s:.1f} s{after}"
        print(text, file=sys.stderr, flush=True)


def left_s(done: int, limits_s: list[float], elapsed_s: float) -> float:
    """Return the seconds left at the pace so far, but no more than the limits of what is left."""
    return min(elapsed_s / done * (len(limits_s) - done), sum(limits_s[done:]))
