"""First touches of fresh secret memory by what they had the kernel split."""

from __future__ import annotations

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots.dots import Dot, figure
from analysis.plots.figure import Figure
from analysis.plots.palette import GREEN, ORANGE, VERMILLION

TITLE = "Cold and warm: touches that split the direct map, and those that find it split"
DESCRIPTION = (
    "Time of one first touch of secret memory that was never secret before, by what the touch made the kernel split: "
    "told by its map before and by the places of the pages after."
)
KINDS = {
    "touch_split_1g": ("split 1 GB and 2 MB", VERMILLION),
    "touch_split_2m": ("split 2 MB", ORANGE),
    "touch_split_nothing": ("split nothing (warm)", GREEN),
}


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the latency by what was split; None where nothing was, or it could not be told."""
    found = {cell.metric: cell for cell in cells if cell.metric in KINDS}
    rows = [Dot(*KINDS[metric], found[metric]) for metric in KINDS if metric in found]
    return figure("coldness", TITLE, DESCRIPTION, rows, "time of one touch") if len(rows) > 1 else None
