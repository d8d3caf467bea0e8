"""Paths: what a whole path through the kernel costs a page, by the size of the direct map's entries it goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.cells import Cell
from analysis.compare import Ratio, compare
from analysis.reads import BASE
from workloads.kernel_path import PATHS
from workloads.spec import Condition
from workloads.tlb_pressure import SETS

NAMES = {
    "readv": "process_vm_readv",
    "pread": "pread, page cache",
    "pwrite": "pwrite, page cache",
    "pipe": "vmsplice and read, pipe",
    "send": "sendfile and recv, loopback",
    "clear": "first touch of a page",
}
CONTROL = "user"
UNCONTROLLED = ("clear",)
"""A page that is cleared is of no set that the process could read, so that nothing is taken off."""


@dataclass(frozen=True, slots=True)
class Path:
    """One path in one condition: a cell for each size, and each size's ratio to `base`, less the control.

    Without pages in 1 GB the ratios are to 2 MB.
    """

    name: str
    condition: Condition
    times: dict[str, Cell]
    ratios: dict[str, Ratio]
    base: str


def paths(cells: Sequence[Cell]) -> tuple[Path, ...]:
    """Return every path of every condition of kernel_path that has readings of its base, in the order of NAMES."""
    conditions = dict.fromkeys(cell.condition for cell in cells if cell.condition.workload == "kernel_path")
    found = (gather(name, condition, cells) for condition in conditions for name in PATHS if name in NAMES)
    return tuple(each for each in found if each is not None)


def gather(name: str, condition: Condition, cells: Sequence[Cell]) -> Path | None:
    """Return one path, None where nothing of it can be compared."""
    mine = {cell.metric: cell for cell in cells if cell.condition == condition}
    times = {size: mine[f"{name}_{size}"] for size in SETS if f"{name}_{size}" in mine}
    base = BASE if BASE in times else "2m"
    if base not in times:
        return None
    ratios = {size: ratio for size in times if size != base and (ratio := against(name, base, size, mine))}
    return Path(name, condition, times, ratios, base)


def against(name: str, base: str, size: str, mine: dict[str, Cell]) -> Ratio | None:
    """Return how many times as long a path takes through a size as through the base."""
    below, above = mine[f"{name}_{base}"], mine[f"{name}_{size}"]
    if name in UNCONTROLLED:
        return compare(below, above, "p50")
    control = mine.get(f"{CONTROL}_{base}"), mine.get(f"{CONTROL}_{size}")
    return compare(below, above, "p50", control=(control[0], control[1])) if control[0] and control[1] else None
