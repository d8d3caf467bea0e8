"""Names of conditions for a person: the kind of memory, and whatever is not plain about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.cells import Cell
from analysis.plots.choice import backing, factor, pages
from analysis.plots.duration import count_text, size_text
from analysis.plots.palette import HUGE, OTHERS, backing_name, way_name
from workloads.spec import Condition

DESCRIPTORS = {"yes": "descriptor closed by it", "no": "descriptor left open"}


def name(cell: Cell, cells: Sequence[Cell]) -> str:
    """Return the name of a cell among others: only what sets it apart from the plain condition is said."""
    if cell.condition.workload == "alloc_latency":
        return way_name(str(cell.condition.get("way")))
    if cell.condition.workload == "process_latency":
        return mapped(cell.condition)
    if cell.condition.workload == "arena":
        return requested(cell.condition)
    if cell.condition.workload == "kernel_path":
        return f"{size_text(int(cell.condition.get('footprint') or 0))} visited, a page"
    if cell.condition.workload == "known_delay":
        return delayed(cell)
    return touched(cell, usual_pages(cells))


def factors(condition: Condition) -> str:
    """Return all factors of a condition as they are written down."""
    return ", ".join(f"{name}={value}" for name, value in condition.factors) or condition.workload


def mapped(condition: Condition) -> str:
    """Return what a process had mapped, and for an execve what became of the descriptor."""
    what = str(condition.get("backing"))
    if condition.get("event") != "execve" or what == "none":
        return backing_name(what)
    descriptor = str(condition.get("cloexec"))
    return f"{backing_name(what)}, {DESCRIPTORS.get(descriptor, descriptor)}"


def delayed(cell: Cell) -> str:
    """Return the kind of memory, and what tells it from others: its number or its delay."""
    per_mille = int(factor(cell, "delay_per_mille"))
    return f"{backing_name(backing(cell))}, {f'+{per_mille / 10:g} %' if per_mille else factor(cell, 'copy')}"


def requested(condition: Condition) -> str:
    """Return where a request's page comes from, how many are held, and whether memory is used meanwhile."""
    way = "an arena" if condition.get("way") == "arena" else "a file each"
    busy = ", busy" if condition.get("between") == "busy" else ""
    return f"{backing_name(str(condition.get('backing')))}, {way}, {condition.get('held')} held{busy}"


def touched(cell: Cell, usual: int) -> str:
    """Return the kind of memory that was touched, and what is not plain about it."""
    threads, others = factor(cell, "threads"), str(factor(cell, "others"))
    told = (
        "" if threads == 1 else f"{threads} threads",
        "" if others == "idle" else f"others {OTHERS.get(others, others)}",
        "fresh" if factor(cell, "history") == "fresh" else "",
        f"{count_text(int(factor(cell, 'online_cpus')), 'CPU')} online" if factor(cell, "online_cpus") else "",
        "" if pages(cell) == usual or backing(cell) in HUGE else count_text(pages(cell), "page"),
    )
    return ", ".join((backing_name(backing(cell)), *filter(None, told)))


def usual_pages(cells: Sequence[Cell]) -> int:
    """Return the number of pages that most conditions have, 0 where there is none."""
    counted = Counter(pages(cell) for cell in cells if backing(cell) not in HUGE)
    return counted.most_common(1)[0][0] if counted else 0
