"""Whole paths through the kernel in words and in lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.cells import Cell
from analysis.paths import NAMES, Path, paths
from analysis.plots.duration import duration, interval_text, ratio_text
from analysis.report.reads import bracket
from analysis.report.study import Study
from workloads.tlb_pressure import SETS

LABEL, TIME, RATIO = 48, 10, 24
SMALL, MIDDLE = "4k", "2m"


def answers(study: Study) -> Iterator[str]:
    """Yield which paths are slower through 4 KB entries, and which cannot be told from equally fast."""
    found = [each for each in paths(study.cells) if SMALL in each.ratios]
    if not found:
        return
    slower = [each for each in found if each.ratios[SMALL].low > 1]
    rest = [NAMES[each.name] for each in found if each not in slower]
    base = SETS[found[0].base]
    if slower:
        yield (
            f"Whole paths through the kernel take longer where they go through entries of 4 KB than of {base}: "
            f"{told(slower, SMALL)}."
        )
    if rest:
        yield f"Of these paths no difference to entries of {base} could be told: {'; '.join(rest)}."
    if middle := [each for each in found if MIDDLE in each.ratios]:
        yield f"Through entries of 2 MB as against {base} they take: {told(middle, MIDDLE)}."


def told(chosen: Sequence[Path], size: str) -> str:
    """Return the ratios of paths through a size, with their intervals in words."""
    ratios = ((NAMES[each.name], each.ratios[size]) for each in chosen)
    return "; ".join(f"{name} {ratio_text(r.value)[:-1]} times ({interval_text(r.low, r.high)})" for name, r in ratios)


def lines(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the lines of the table, nothing where no path was timed."""
    found = paths(cells)
    if not found:
        return
    yield "One page on a path through the kernel, by the size of its direct map's entry   (p50; ratio)"
    for each in found:
        for size, cell in each.times.items():
            ratio = bracket(each.ratios[size]) if size in each.ratios else ""
            label = f"{NAMES[each.name]}: {SETS[size]}"
            yield f"  {label:{LABEL}}{duration(cell.typical['p50']):>{TIME}}{ratio:>{RATIO}}".rstrip()
    yield ""
