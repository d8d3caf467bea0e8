"""The table: one row a condition, in sections of what may be compared."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.cells import SHARES, Cell
from analysis.compare import Ratio, compare
from analysis.plots.counterpart import ORDINARY, counterpart
from analysis.plots.duration import duration, duration_range, size_text
from analysis.plots.name import name
from analysis.plots.palette import phase_name
from analysis.report.study import Study

COLUMNS = ("p50", "p90", "p99", "p99.9", "mean")
METRICS = {
    "alloc_latency": ("ready", "gone"),
    "arena": ("request", "opening"),
    "process_latency": ("fork", "child_touch", "child_exit", "execve"),
    "fault_latency": ("first_touch", "touch_split_1g", "touch_split_2m", "touch_split_nothing"),
    "tlb_pressure": (),
    "tlb_reach": (),
    "neighbour_throughput": (),
    "kernel_path": (),
    "known_delay": ("touches",),
    "memory_neighbour": (),
    "lifetime": (),
    "copy_latency": (),
    "uncached": (),
}
"""What the table tells of each workload; the phases of a life stand beside their picture."""
TITLES = {
    "first_touch": "The first touch of a page",
    "touch_split_1g": "Of fresh secret memory: touches that split 1 GB of the direct map",
    "touch_split_2m": "Of fresh secret memory: touches that split 2 MB of the direct map",
    "touch_split_nothing": "Of fresh secret memory: touches that split nothing",
    "touches": "First touches of a batch of pages, some with a known delay",
    "ready": "Until a secret is ready to use",
    "gone": "Until a secret is given up",
    "request": "A request: the oldest page given up, the next one had",
    "opening": "Until the first pages are had, all that are held at a time",
    "fork": "fork: the parent's call",
    "child_touch": "fork: the child's write to a page of the parent's",
    "child_exit": "fork: from the parent's return to the child's end",
    "execve": "execve: until the new program runs",
}
LOCKED = {
    "anonymous_locked": "ordinary, locked memory",
    "memfd_locked": "memfd, locked",
    "mmap_mlock": "mmap + mlock",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One condition: its name, its cell, and the ratio of its p50 to that of its counterpart where it has one."""

    name: str
    cell: Cell
    ratio: Ratio | None

    def time(self, column: str) -> str:
        """Return a statistic for a person, "-" for a quantile in the tail of which a run has no reading."""
        a_run = self.cell.readings / len(self.cell.runs)
        rare = SHARES.get(column, 0) > 0.5 and a_run * (1 - SHARES[column]) < 1
        return "-" if rare else duration(self.cell.typical[column])

    def range(self, column: str) -> str:
        """Return the 95 % interval of a statistic for a person."""
        interval = self.cell.intervals[column]
        return duration_range(interval.low, interval.high)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that may be compared, and what their ratios are against."""

    title: str
    against: str
    rows: tuple[Row, ...]


def sections(study: Study) -> tuple[Section, ...]:
    """Return the sections that a study has data for."""
    groups: dict[tuple[str, str, int], list[Cell]] = {}
    for cell in study.cells:
        workload, size = cell.condition.workload, int(cell.condition.get("size") or 0)
        if cell.metric in METRICS.get(workload, (cell.metric,)):
            groups.setdefault((workload, cell.metric, size), []).append(cell)
    return tuple(section(key, groups[key]) for key in sorted(groups, key=place))


def place(key: tuple[str, str, int]) -> tuple[str, int, int]:
    """Return where a section stands: by workload, size and metric, in the order of METRICS."""
    workload, metric, size = key
    order = METRICS.get(workload, (metric,))
    return workload, size, order.index(metric)


def section(key: tuple[str, str, int], cells: list[Cell]) -> Section:
    """Return one section."""
    workload, metric, size = key
    title = TITLES.get(metric, f"{workload}: {phase_name(metric)}")
    rows = tuple(Row(name(cell, cells), cell, against(cells, cell)) for cell in cells)
    _, ordinary = ORDINARY.get(workload, ("", ""))
    baseline = LOCKED[ordinary] if any(row.ratio for row in rows) else ""
    return Section(f"{title}, {size_text(size)}" if size else title, baseline, rows)


def against(cells: list[Cell], cell: Cell) -> Ratio | None:
    """Return the ratio of a cell's p50 to its counterpart's."""
    ordinary = counterpart(cells, cell)
    return compare(ordinary, cell, "p50") if ordinary else None
