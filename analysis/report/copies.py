"""What copying a page costs from and to secret and ordinary memory: as a table, and in lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.cells import Cell
from analysis.compare import compare
from analysis.plots.duration import duration, interval_text, ratio_text
from analysis.plots.palette import backing_name
from analysis.report.block import Block, Heading, Table, Text
from workloads.copy_latency import SUFFIX, WAYS
from workloads.spec import Condition

NAME, TIME, RATIO = 45, 10, 24
TITLE = "A page copied in or out"
HEADER = ("What is done with the page", "p50", "p50, locked memfd", "Ratio", "95 % interval")
SAID = "One call a page, pages in random order; both kinds of memory in one process, so that they share its luck."
Row = tuple[str, str, str, str, str]


def rows(condition: Condition, cells: Sequence[Cell]) -> Iterator[Row]:
    """Yield what each way takes with the memory of a condition and with a locked memfd in the same process."""
    mine = {cell.metric: cell for cell in cells if cell.condition == condition}
    for metric, told in WAYS.items():
        given, ordinary = mine.get(metric), mine.get(metric + SUFFIX)
        ratio = compare(ordinary, given, "p50") if ordinary and given else None
        if given and ordinary and ratio:
            times = duration(given.typical["p50"]), duration(ordinary.typical["p50"])
            yield told, *times, ratio_text(ratio.value), interval_text(ratio.low, ratio.high, ", ")


def found(cells: Sequence[Cell]) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """Yield each kind of memory with its rows; the last is ordinary memory against itself."""
    conditions = dict.fromkeys(cell.condition for cell in cells if cell.condition.workload == "copy_latency")
    for condition in conditions:
        yield backing_name(str(condition.get("backing"))), tuple(rows(condition, cells))


def blocks(cells: Sequence[Cell]) -> Iterator[Block]:
    """Yield a table for each kind of memory, nothing where no copy was timed."""
    for number, (name, told) in enumerate(found(cells)):
        if number == 0:
            yield Heading(TITLE)
            yield Text(SAID, "origin")
        yield Table(HEADER, told, frozenset({1, 2, 3, 4}), title=f"From and to {name}", fold="open")


def lines(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the lines of the tables, nothing where no copy was timed."""
    for name, told in found(cells):
        yield f"{TITLE}: {name}   (p50; of a locked memfd; ratio [95 %])"
        for what, given, ordinary, ratio, interval in told:
            bracket = f"{ratio} [{interval}]"
            yield f"  {what:{NAME}}{given:>{TIME}}{ordinary:>{TIME}}{bracket:>{RATIO}}".rstrip()
        yield ""
