"""The counterpart of a cell: the ordinary, locked memory that it is held against."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.cells import Cell
from workloads.spec import Condition, FactorValue

ORDINARY: dict[str, tuple[str, str]] = {
    "fault_latency": ("backing", "anonymous_locked"),
    "alloc_latency": ("way", "mmap_mlock"),
    "process_latency": ("backing", "anonymous_locked"),
    "arena": ("backing", "memfd_locked"),
}
"""For each workload, the factor and its value that stand for ordinary memory locked in RAM."""
NEVER = {"hugetlb_2m", "hugetlb_1g", "thp"}
"""A touch of a huge page brings in 2 MB or 1 GB: its ratio to a touch of 4 KB would say nothing."""


def counterpart(cells: Sequence[Cell], cell: Cell) -> Cell | None:
    """Return the cell of ordinary, locked memory under the same circumstances; None where there is none.

    Where only the number of pages has no equal, the most pages stand in: what is compared is the time of one page.
    """
    factor, ordinary = ORDINARY.get(cell.condition.workload, ("", ""))
    if not factor or cell.condition.get(factor) in NEVER | {ordinary}:
        return None
    wanted = changed(cell.condition, **{factor: ordinary, "history": "reused", "cloexec": "yes"})
    same = [each for each in cells if each.metric == cell.metric]
    exact = next((each for each in same if each.condition == wanted), None)
    if exact is not None or cell.condition.workload != "fault_latency":
        return exact
    alike = [each for each in same if changed(each.condition, pages=0) == changed(wanted, pages=0)]
    return max(alike, key=lambda each: int(each.condition.get("pages") or 0), default=None)


def changed(condition: Condition, **factors: FactorValue) -> Condition:
    """Return a condition with those of the given factors changed that it has."""
    given = dict(condition.factors)
    return Condition.of(condition.workload, **(given | {k: v for k, v in factors.items() if k in given}))
