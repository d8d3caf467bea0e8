"""What is held beside whom: of each question to a neighbour, one cell a kind of memory that is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.cells import Cell
from analysis.compare import Ratio, compare
from workloads.memory_neighbour import HOLDERS

WORKLOAD = "memory_neighbour"
LOCKED = "memfd_locked"
TOLD = {
    "huge_pages": "huge pages",
    "fill_2m": "time for 2 MB",
    "pool_pages": "hugetlb pages",
    "pool_pages_left": "hugetlb pages when all is given back",
    "pool_time": "time of the pool",
    "compaction_time": "time of a compaction",
    "read_64k": "time to read 64 KB",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One metric in one setting: what is held (per mille), where, and the cells by holder."""

    metric: str
    share: int
    where: str
    cells: dict[str, Cell]

    @property
    def name(self) -> str:
        """Return the question for a person."""
        return f"{TOLD[self.metric]}, {self.share / 10:g} % held, {self.where}"

    def against(self, holder: str) -> Ratio | None:
        """Return the ratio of means to that beside locked memory of a file, None for itself or without it."""
        if holder == LOCKED or LOCKED not in self.cells:
            return None
        return compare(self.cells[LOCKED], self.cells[holder], "mean")


def questions(cells: Sequence[Cell]) -> tuple[Question, ...]:
    """Return every question that was answered, in the order of TOLD and of the shares."""
    found: dict[tuple[str, int, str], dict[str, Cell]] = {}
    for cell in cells:
        if cell.condition.workload == WORKLOAD and cell.metric in TOLD:
            where = str(cell.condition.get("placement") or cell.condition.get("charge"))
            key = (cell.metric, int(cell.condition.get("share") or 0), where)
            found.setdefault(key, {})[str(cell.condition.get("holder"))] = cell
    order = list(TOLD)
    keys = sorted(found, key=lambda key: (order.index(key[0]), *key[1:]))
    return tuple(Question(*key, {h: found[key][h] for h in HOLDERS if h in found[key]}) for key in keys)
