"""The harvest: what an engine finds in many results, some of them at a time; one that it cannot read is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.across.engine import File, Reader, reason
from analysis.across.expression import PLAN, SIDES, STATISTICS
from analysis.across.source import ROW, Skipped, Source
from analysis.load import VALUE
from bench.error import LabError
from bench.run.journal import SAMPLES

MOST_RESULTS, MOST_READINGS = 64, 1 << 25
"""What an engine is given at a time: so much that starting does not count, and so little that it has room."""
Integers = NDArray[np.int64]
TYPES = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string()}


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """What one result says to one of its questions: a row a block, a column a side, as fractions of integers."""

    source: Source
    question: int
    blocks: Integers
    above: Integers
    below: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What an engine found in so many results at a time."""

    results: int
    found: tuple[Crop | Skipped, ...]


def harvest(engine: Reader, sources: Sequence[Source]) -> Iterator[Load]:
    """Yield what every result says, in the order of the results and of their questions.

    Raises LabError where the engine itself is lost.
    """
    for batch in batches(sources):
        yield Load(len(batch), tuple(gathered(engine, batch)))


def batches(sources: Sequence[Source]) -> Iterator[list[Source]]:
    """Yield results in their order, as many at a time as an engine has room for, and one at least."""
    batch: list[Source] = []
    readings = 0
    for source in sources:
        if batch and (len(batch) == MOST_RESULTS or readings + source.readings > MOST_READINGS):
            yield batch
            batch, readings = [], 0
        batch.append(source)
        readings += source.readings
    if batch:
        yield batch


def gathered(engine: Reader, batch: list[Source]) -> Iterator[Crop | Skipped]:
    """Yield what some results say; where the engine fails, half of them, until the one is found that it fails on."""
    if not any(len(source.rows) for source in batch):
        return
    files = [File((source.path / SAMPLES).resolve(), VALUE[source.format]) for source in batch]
    try:
        rows = engine.blocks(files, plan(batch))
    except engine.errors as error:
        if not engine.is_alive():
            raise LabError("engine-lost", f"{engine.name} no longer answers", reason(error)) from None
        if len(batch) == 1:
            yield Skipped(batch[0].path, f"{engine.name} cannot read it: {reason(error)} [samples-unreadable]")
            return
        middle = len(batch) // 2
        yield from gathered(engine, batch[:middle])
        yield from gathered(engine, batch[middle:])
        return
    yield from sheaves(batch, rows)


def plan(batch: Sequence[Source]) -> pa.Table:
    """Return what is to be looked up in some results (PLAN); a result's number is its place in the batch."""
    parts = [tabulated(number, source) for number, source in enumerate(batch) if len(source.rows)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    runs = np.stack([columns[name] for name in ("result", "run", "place")])
    columns["key"] = np.unique(runs, axis=1, return_inverse=True)[1]
    return pa.table({name: pa.array(columns[name].tolist(), TYPES[kind]) for name, kind in PLAN.items()})


def tabulated(number: int, source: Source) -> dict[str, NDArray[Any]]:
    """Return the columns of a result's plan; `place` is that of the metric among the result's own."""
    columns: dict[str, NDArray[Any]] = dict(zip(ROW, source.rows.T, strict=True))
    statistics = np.array([STATISTICS.index(each.claim.statistic) for each in source.questions])
    return columns | {
        "result": np.full(len(source.rows), number),
        "statistic": statistics[columns["question"]],
        "place": columns["metric"],
        "metric": np.array(source.metrics, dtype=object)[columns["metric"]],
    }


def sheaves(batch: Sequence[Source], rows: pa.Table) -> Iterator[Crop | Skipped]:
    """Yield the rows of an engine apart by result and question, each in the order of its blocks."""
    results, questions, blocks, amiss = (integers(rows, name) for name in ("result", "question", "block", "amiss"))
    above, below = (
        np.stack([integers(rows, f"{part}{n}") for n in range(SIDES)], axis=1) for part in ("above", "below")
    )
    for number, source in enumerate(batch):
        mine = results == number
        if amiss[mine].any():
            yield Skipped(source.path, "its samples are not those that its runs say [samples-damaged]")
            continue
        for asked, each in enumerate(source.questions):
            sides = len(each.sides)
            here = np.flatnonzero(mine & (questions == asked) & (below[:, :sides] > 0).all(axis=1))
            if len(here):
                order = here[np.argsort(blocks[here])]
                yield Crop(source, asked, blocks[order], above[order, :sides], below[order, :sides])


def integers(rows: pa.Table, name: str) -> Integers:
    """Return a column as numbers; none of them is null."""
    values: Integers = rows[name].cast(pa.int64()).to_numpy().astype(np.int64)
    return values
