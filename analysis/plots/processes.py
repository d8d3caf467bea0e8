"""What a fork and an execve cost a process, by what it has mapped."""

from __future__ import annotations

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots.dots import Dot, figure
from analysis.plots.figure import Figure
from analysis.plots.name import mapped
from analysis.plots.palette import backing_colour, phase_name

TITLE = "fork and execve with memory mapped"
DESCRIPTION = "Time of the parent's fork, of the child's first write and exit, and of an execve, by what is mapped."
METRICS = ("fork", "child_touch", "child_exit", "execve")


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the latencies of forks and execves; None where there were none."""
    ours = [cell for cell in cells if cell.condition.workload == "process_latency"]
    rows = [dot(cell) for metric in METRICS for cell in ours if cell.metric == metric]
    return figure("processes", TITLE, DESCRIPTION, rows, "time of one call") if rows else None


def dot(cell: Cell) -> Dot:
    """Return a cell's row."""
    backing = str(cell.condition.get("backing"))
    return Dot(f"{phase_name(cell.metric)}: {mapped(cell.condition)}", backing_colour(backing), cell)
