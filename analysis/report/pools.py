"""The pools that were not merged, in a report and in lines of a terminal: the check first, then what they would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.fear.column import Column
from analysis.plots import pools as figure
from analysis.plots.duration import figures
from analysis.plots.usage import ground_name
from analysis.pool.check import Check
from analysis.pool.pools import Pools, pools
from analysis.pool.saving import AREA_BYTES, Bill
from analysis.pool.trace import Trace
from analysis.report.block import Block, Bullets, Heading, Part, Picture, Table, Text

ABOUT = (
    "Versions 2 to 4 of the patches took secret pages from a range that was reserved at boot, versions 8 to 16 from "
    "chunks of 2 MB out of an area for contiguous memory (CMA); version 17, which was merged, takes each page from "
    "wherever the allocator finds one. Neither pool can be run any more, so traces of how secret memory is used are "
    f"replayed through models of all three; both pools are given {AREA_BYTES >> 20} MB."
)
GATE = (
    "The model of the merged kernel has to foretell what was measured of each use, told of the other uses alone. Of "
    "the pools something is said only where it does."
)
REFUSED = "It does not here, so nothing is said of the pools."
QUANTITIES = {
    "splits": "2 MB regions split to 4 KB",
    "blocks": "2 MB blocks that gave pages",
    "table_blocks": "2 MB blocks that keep a table",
}
HEADER = ("Use", "Memory", "What", "Runs", "Measured, mean", "Foretold, 95 of 100", "As foretold")
UNTRIED = (
    "A pool splits nothing to 4 KB because it takes whole chunks out of the map; that is read from the patches and was "
    "not run. So was that each file has chunks of its own: a file of one page takes 2 MB."
)
USED = (
    "What the merged kernel would do where nothing was split before rests on pieces of memory as they were measured on "
    "a machine that had been used. After a boot they may be larger, and the splits fewer."
)
TABLES = (
    "Every split keeps a page for its table until the next boot, and the block of 2 MB that it lies in is never a huge "
    "page again. Where it was not measured in how many blocks tables lie, both ends are told."
)
READS = (
    "By how much the kernel's reads get slower assumes that they go evenly to all memory, in random order, and takes "
    "the ratio that direct_map_reads measured; what 2 MB entries cost against 1 GB is in it only where that had both."
)
LIMITS = (UNTRIED, USED, TABLES, READS)


def parts(columns: Sequence[Column]) -> tuple[Part, ...]:
    """Return the part of the pools; none where no machine counted splits in ways that the model can be held against."""
    blocks = tuple(block for column in columns for block in of_machine(column))
    return (Part("pools", "The pools that were not merged", (Text(ABOUT), *blocks)),) if blocks else ()


def of_machine(column: Column) -> Iterator[Block]:
    """Yield what one machine's results say."""
    found = pools(column.studies)
    if found is None:
        return
    yield Heading(f"Does the model hold? {column.title}")
    yield Text(GATE)
    rows = tuple(row(check) for trial in found.trials.values() for check in (*trial.checks, trial.total))
    yield Bullets(tuple(outcomes(found)))
    yield Table(HEADER, rows, frozenset({3, 4, 5}), title="Each use, foretold from the others", fold="closed")
    if not found.bills:
        yield Text(REFUSED, "warning")
        return
    yield Heading("What the pools would have done")
    yield from map(Text, sentences(found))
    yield Picture(figure.draw(found.bills))
    yield Bullets(LIMITS)


def row(check: Check) -> tuple[str, ...]:
    """Return the row of one check."""
    low, high = check.range
    told = (figures(check.measured), f"{figures(low)} to {figures(high)}", "yes" if check.holds else "no")
    use = "sum of all uses" if check.use == "all" else check.use
    return use, ground_name(check.ground), QUANTITIES[check.quantity], str(check.runs), *told


def outcomes(found: Pools) -> Iterator[str]:
    """Yield whether the model holds, by ground and quantity, with the sums of all uses."""
    for trial in found.trials.values():
        low, high = trial.total.range
        what = f"{QUANTITIES[trial.total.quantity]}, {ground_name(trial.total.ground)}"
        ends = f"measured {figures(trial.total.measured)} in all, foretold {figures(low)} to {figures(high)}"
        yield f"{what}: {ends}. " + (f"Not used: {trial.reason}." if trial.reason else "The model holds.")


def sentences(found: Pools) -> Iterator[str]:
    """Yield what the bills amount to, for the traces in which the two sides differ most."""
    yield from (
        text for trace, bills in found.bills if trace.name in ("request", "arena") for text in told(trace, bills)
    )


def told(trace: Trace, bills: Sequence[Bill]) -> Iterator[str]:
    """Yield one trace in words."""
    by_way = {bill.way: bill for bill in bills}
    merged, pool = by_way.get("merged_whole") or by_way["merged"], by_way["chunks"]
    before = " where nothing was split before" if merged.way == "merged_whole" else ""
    mib = pool.aside_bytes >> 20
    cost = f", and the kernel's reads take {figure.slower_text(merged.slower)} longer" if merged.slower else ""
    yield (
        f"{trace.title[0].upper()}{trace.title[1:]}: as merged {figure.range_text(merged.splits_2m)} regions of 2 MB "
        f"become 4 KB{before}{cost}. Chunks split none to 4 KB and {figure.range_text(pool.splits_1g)} of 1 GB, set "
        f"{mib} MB aside of which {figures(100 * pool.unused_bytes / max(pool.aside_bytes, 1))} % is unused, and "
        f"refuse {pool.refused_pages:,} of {trace.touched_pages:,} pages."
    )


def lines(columns: Sequence[Column]) -> Iterator[str]:
    """Yield the same as lines for a terminal."""
    for found in filter(None, (pools(column.studies) for column in columns)):
        yield "The pools that were not merged: does the model of the merged kernel hold?"
        yield from (f"  {text}" for text in (*outcomes(found), *(sentences(found) if found.bills else (REFUSED,))))
        yield ""
