"""A result whose runs met states of the direct map that are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from analysis.load import Result, load
from bench.model.run import Counters
from bench.run.chart import Chart
from bench.run.conduct import EVENTS, conduct
from bench.run.journal import Journal
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.bench.run.fake import FakeExecutor, experiment, manifest
from tests.unit.workloads.mapped import atlas
from workloads.atlas import Atlas

BLOCKS = 3


def scarred(regions: int) -> Atlas:
    """Return a map of two gigabytes of which so many regions of 2 MB are in 4 KB pages, one page of each a scar."""
    return atlas("1G", *["4K:511", "scar:1"] * regions, f"2M:{(1 << 18) - 512 * regions}")


def result(folder: Path, maps: tuple[Atlas, ...], snapshot: Callable[[], Counters] = dict, *, sealed: bool = True,
           blocks: int = BLOCKS) -> Result:  # fmt: skip
    """Return a result of secret runs; before the first and after each, the direct map is the next of `maps`."""
    asked = experiment("secret", blocks=blocks)
    journal = Journal.create(folder / "page_cost" / "one", manifest(asked))
    chart, taken = Chart.open(journal.folder), iter(maps)
    conduct(make_plan(asked, 7), FakeExecutor(), journal, snapshot, lambda run: None, lambda: chart.add(next(taken)))
    if sealed:
        seal(journal)
    return load(journal.folder)


def grown(counts: tuple[int, ...]) -> tuple[Atlas, ...]:
    """Return maps of so many regions in 4 KB pages, each twice: after one run and before the next."""
    first, *rest, last = map(scarred, counts)
    return (first, *chain.from_iterable((each, each) for each in rest), last)


def counting(values: tuple[int, ...]) -> Callable[[], Counters]:
    """Return a snapshot that counts splits of 2 MB: the next of `values` each time that it is asked."""
    told: Iterator[int] = iter(values)
    return lambda: {**dict.fromkeys(EVENTS, 0), "direct_map_level2_splits": next(told)}
