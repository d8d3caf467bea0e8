"""Reads: what the kernel's own read costs through each size of entry of its direct map, with its controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.cells import Cell
from analysis.compare import Ratio, compare
from workloads.spec import Condition
from workloads.tlb_pressure import SETS

BASE = "1g"
HIDING = 1.5
"""A read of fewer turns of the bare loop than that may be waited for while the turn is made, and not be seen."""


@dataclass(frozen=True, slots=True)
class Reads:
    """One condition: cells by set of the kernel's and of the process's reads, and each set's ratio to 1 GB.

    By how much the process, whose own entries are all alike, reads a set more slowly is taken off the kernel's time of
    it (difference of differences). Without pages in 1 GB the ratios are to 2 MB.
    """

    condition: Condition
    kernel: dict[str, Cell]
    user: dict[str, Cell]
    ratios: dict[str, Ratio]
    base: str
    loop: Cell | None

    @property
    def footprint_bytes(self) -> int:
        """Return how many bytes each set has."""
        return int(self.condition.get("footprint") or 0)

    @property
    def threads(self) -> int:
        """Return how many CPUs read at once."""
        return int(self.condition.get("threads") or 1)

    @property
    def is_plain(self) -> bool:
        """Return whether one CPU reads in random order, as the figure shows over the footprint."""
        return self.threads == 1 and self.pattern == "random"

    @property
    def is_hidden(self) -> bool:
        """Return whether the loop takes so much of a read that sizes differ by more than it shows, if at all."""
        if self.loop is None or self.base not in self.kernel:
            return False
        return self.kernel[self.base].typical["p50"] < HIDING * self.loop.typical["p50"]

    @property
    def pattern(self) -> str:
        """Return the order of the reads."""
        return str(self.condition.get("pattern"))


def reads(cells: Sequence[Cell]) -> tuple[Reads, ...]:
    """Return every condition of tlb_pressure that has cells, the plain ones first."""
    conditions = dict.fromkeys(cell.condition for cell in cells if cell.condition.workload == "tlb_pressure")
    found = [gather(condition, cells) for condition in conditions]
    return tuple(sorted(found, key=lambda each: (each.threads, each.pattern, each.footprint_bytes)))


def gather(condition: Condition, cells: Sequence[Cell]) -> Reads:
    """Return one condition's reads."""
    mine = {cell.metric: cell for cell in cells if cell.condition == condition}
    kernel, user = ({s: mine[f"{who}_{s}"] for s in SETS if f"{who}_{s}" in mine} for who in ("kernel", "user"))
    base = BASE if BASE in kernel else "2m"
    ratios = {name: ratio for name in kernel if name != base and (ratio := against(base, name, kernel, user))}
    return Reads(condition, kernel, user, ratios, base, mine.get("kernel_loop"))


def against(base: str, name: str, kernel: dict[str, Cell], user: dict[str, Cell]) -> Ratio | None:
    """Return the ratio of a set to the base, less what the process sees of it; None where one is missing."""
    if base not in kernel or base not in user or name not in user:
        return None
    return compare(kernel[base], kernel[name], "p50", control=(user[base], user[name]))


def reach(cells: Sequence[Cell]) -> tuple[tuple[Condition, Ratio], ...]:
    """Return the positive control: small against huge pages of a program's own memory, the smallest footprint first."""
    mine = {(c.condition, c.metric): c for c in cells if c.condition.workload == "tlb_reach"}
    conditions = dict.fromkeys(condition for condition, _ in mine)
    pairs = [(c, compare(mine[c, "huge_pages"], mine[c, "small_pages"], "p50")) for c in conditions]
    return tuple(sorted(((c, r) for c, r in pairs if r), key=lambda pair: int(pair[0].get("footprint") or 0)))
