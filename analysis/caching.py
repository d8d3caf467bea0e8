"""Caching: what work takes on memory from the caches, flushed from them, and never in them, and the ratios of these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.cells import Cell
from analysis.compare import Ratio, compare
from analysis.plots.duration import duration, figures, size_text
from analysis.plots.palette import backing_name
from workloads.spec import Condition
from workloads.uncached import UNCACHED, WORKLOAD, WORKS

BASES = {
    "ordinary": (),
    "cached": ("ordinary",),
    "uncached": ("ordinary",),
    "flushed": ("cached", "uncached"),
    "elsewhere": ("cached",),
}
"""What each state is held against in the same process: the first that is there."""
LINE_BYTES, TABLE_READS = 64, 160
RATES = ((1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"))


@dataclass(frozen=True, slots=True)
class Use:
    """One work of one condition: a cell for each state, and the ratio of a state to what it is held against.

    `bases` names the latter, for each ratio.
    """

    work: str
    condition: Condition
    times: dict[str, Cell]
    ratios: dict[str, Ratio]
    bases: dict[str, str]

    @property
    def title(self) -> str:
        """Return the work in a few words, with its size."""
        size = size_text(size_bytes(self.condition))
        return {
            "aes": f"AES by instructions, {size}",
            "table": "AES by tables, a block",
            "copy": f"copy, {size}",
            "chase": f"chase, {size}",
        }[self.work]

    def pace(self, state: str) -> str:
        """Return the rate of bytes for a person, or the time of one read where each waits for another."""
        ns = self.times[state].typical["p50"]
        if self.work in ("aes", "copy"):
            return rate(size_bytes(self.condition), ns)
        reads = TABLE_READS if self.work == "table" else size_bytes(self.condition) // LINE_BYTES
        return f"{duration(ns / reads)} a read"


def uses(cells: Sequence[Cell]) -> Iterator[Use]:
    """Yield each work of each condition of `uncached` that was timed, in the order of the workload."""
    conditions = dict.fromkeys(cell.condition for cell in cells if cell.condition.workload == WORKLOAD.name)
    for condition in conditions:
        mine = {cell.metric: cell for cell in cells if cell.condition == condition}
        for work in WORKS:
            times = {state: mine[f"{work}_{state}"] for state in BASES if f"{work}_{state}" in mine}
            if times:
                yield Use(work, condition, times, dict(ratios(times)), dict(bases(times)))


def ratios(times: dict[str, Cell]) -> Iterator[tuple[str, Ratio]]:
    """Yield each state that can be held against another, with its ratio."""
    for state, base in bases(times):
        ratio = compare(times[base], times[state], "p50")
        if ratio:
            yield state, ratio


def bases(times: dict[str, Cell]) -> Iterator[tuple[str, str]]:
    """Yield each state that can be held against another, with that."""
    for state in times:
        base = next((base for base in BASES[state] if base in times), None)
        if base:
            yield state, base


def size_bytes(condition: Condition) -> int:
    """Return how much is worked on."""
    return int(WORKLOAD.value(condition, "bytes"))


def memory(condition: Condition) -> str:
    """Return which memory a condition is about."""
    if WORKLOAD.value(condition, "caching") == UNCACHED:
        return "reserved range, uncached"
    return backing_name(str(WORKLOAD.value(condition, "backing")))


def rate(size: int, ns: float) -> str:
    """Return bytes a second in decimal units: 16384 in 2000 ns is "8.19 GB/s"."""
    a_second = 1e9 * size / ns
    unit, name = next(((unit, name) for unit, name in RATES if a_second >= unit), RATES[-1])
    return f"{figures(a_second / unit)} {name}"
