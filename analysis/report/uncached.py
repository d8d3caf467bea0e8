"""What work takes on memory that no cache holds: as tables, in lines of a terminal, and in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from analysis.caching import Use, memory, size_bytes, uses
from analysis.cells import Cell
from analysis.plots.duration import duration, figures, interval_text, ratio_text, size_text
from analysis.report.block import Block, Heading, Table, Text
from analysis.report.study import Study

TITLE = "Work on memory that no cache holds"
HEADER = ("What is done", "Where its lines are", "p50", "Pace", "Against", "Ratio", "95 % interval")
SAID = (
    "Flushing before each use is a lower bound of what uncached memory costs: a use reads each line once from memory "
    "and then from the caches, where uncached memory is read each time. The flush itself is not in the times. All "
    "states of a work were timed in one process, so that they share its luck."
)
STATES = {
    "ordinary": "in the caches, locked memfd",
    "cached": "in the caches",
    "flushed": "flushed before each use",
    "elsewhere": "in the caches, others flushed",
    "uncached": "never in a cache",
}
BASES = {"ordinary": "locked memfd", "cached": "in the caches", "uncached": "never in a cache"}
WHERE, TIME, PACE, RATIO = 32, 10, 18, 26
Row = tuple[str, str, str, str, str, str, str]


def found(cells: Sequence[Cell]) -> Iterator[tuple[str, tuple[Use, ...]]]:
    """Yield each condition by name, with its works."""
    for condition, group in groupby(uses(cells), key=lambda use: use.condition):
        yield f"{memory(condition)}, {size_text(size_bytes(condition))}", tuple(group)


def rows(use: Use) -> Iterator[Row]:
    """Yield a row a state; what a state is held against stands above it."""
    for state, cell in use.times.items():
        ratio = use.ratios.get(state)
        told = (ratio_text(ratio.value), interval_text(ratio.low, ratio.high, ", ")) if ratio else ("-", "-")
        base = BASES[use.bases[state]] if ratio else "-"
        yield use.title, STATES[state], duration(cell.typical["p50"]), use.pace(state), base, *told


def blocks(cells: Sequence[Cell]) -> Iterator[Block]:
    """Yield a table for each condition, nothing where no such work was timed."""
    for number, (name, group) in enumerate(found(cells)):
        if number == 0:
            yield Heading(TITLE)
            yield Text(SAID, "origin")
        told = tuple(row for use in group for row in rows(use))
        yield Table(HEADER, told, frozenset({2, 3, 5, 6}), title=f"On {name}", fold="closed" if number else "open")


def lines(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the lines of the tables, nothing where no such work was timed."""
    for name, group in found(cells):
        yield f"{TITLE}: {name}   (p50; pace; ratio [95 %])"
        for use in group:
            yield f"  {use.title}"
            for _, where, time, pace, _, ratio, interval in rows(use):
                bracket = f"{ratio} [{interval}]" if ratio != "-" else ""
                yield f"    {where:{WHERE}}{time:>{TIME}}{pace:>{PACE}}{bracket:>{RATIO}}".rstrip()
        yield ""


def answers(study: Study) -> Iterator[str]:
    """Yield how many times as long work took that no cache helped, by the first memory of which that is known."""
    for state, how in (("uncached", "never in a cache"), ("flushed", "by flushing them before each use")):
        for name, group in found(study.cells):
            told = [text for use in group if (text := slowed(use, state))]
            if told:
                yield f"Without caches, here {how}, work takes longer: on {name}, {'; '.join(told)}."
                break


def slowed(use: Use, state: str) -> str:
    """Return how many times as long a work takes in a state as from the caches, "" where that was not timed."""
    ratio = use.ratios.get(state)
    if ratio is None or use.bases[state] == "uncached":
        return ""
    return f"{use.title} {figures(ratio.value)} times as long ({interval_text(ratio.low, ratio.high)})"
