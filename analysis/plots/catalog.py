"""The one list of figures."""

from __future__ import annotations

from collections.abc import Callable

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import (
    amounts,
    beside,
    beside_memory,
    caches,
    coldness,
    direct_map,
    ecdf,
    flame,
    growth,
    held,
    history,
    interrupts,
    kernel,
    limit,
    lives,
    losses,
    online,
    order,
    others,
    paths,
    phases,
    processes,
    ratios,
    reach,
    reads,
    responses,
    returns,
    scar,
    threads,
    windows,
)
from analysis.plots.figure import Figure

FIGURES: tuple[Callable[[Result, tuple[Cell, ...]], Figure | None], ...] = (
    ratios.draw,
    ecdf.draw,
    order.draw,
    amounts.draw,
    history.draw,
    coldness.draw,
    threads.draw,
    others.draw,
    online.draw,
    kernel.draw,
    flame.draw,
    reads.draw,
    paths.draw,
    caches.draw,
    losses.draw,
    responses.draw,
    interrupts.draw,
    windows.draw,
    direct_map.draw,
    phases.draw,
    processes.draw,
    lives.draw,
    returns.draw,
    limit.draw,
    growth.draw,
    reach.draw,
    scar.draw,
    beside.draw,
    beside_memory.draw,
    held.draw,
)
"""In the order of a report. Each takes a result with its cells and returns None where it has nothing to show."""


def figures(result: Result, cells: tuple[Cell, ...]) -> tuple[Figure, ...]:
    """Return every figure that a result has data for."""
    drawn = (draw(result, cells) for draw in FIGURES)
    return tuple(figure for figure in drawn if figure is not None)
