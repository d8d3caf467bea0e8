"""The states of the direct map that lie with a result; untrusted, and each is held against its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.load import Result
from bench.model.atlas import AtlasIndex, AtlasState
from bench.model.codec import decode
from bench.run.atlases import INDEX, SCHEMA
from bench.run.chart import CHART, Rows, damaged, entries, restore
from bench.run.chart import states as charted
from bench.run.column import to_numpy
from bench.run.journal import ATLASES, RAW
from workloads.atlas import MOST_STRETCHES, Atlas

MOST_STATES = 1 << 20


def states(result: Result) -> Iterator[tuple[AtlasState, Atlas]]:
    """Yield the states that a result's runs met, in the order in which they were first met; none where it has none.

    Raises LabError where they cannot be read, or are not what their names say.
    """
    if result.seal is None:
        chart = result.path / RAW / CHART
        yield from charted(chart) if chart.exists() else ()
    elif (result.path / ATLASES).exists():
        yield from packed(result.path / ATLASES)


def known(result: Result) -> dict[str, AtlasState]:
    """Return what was counted of each state, by its name, without reading the states themselves.

    Raises LabError as states() does.
    """
    if result.seal is None:
        chart = result.path / RAW / CHART
        told = [entry.state for entry, _, _ in entries(chart)] if chart.exists() else []
    else:
        path = result.path / ATLASES
        told = list(index(path).states) if path.exists() else []
    return {state.sha256: state for state in told}


def index(path: Path) -> AtlasIndex:
    """Return the names and counts that atlases.parquet begins with; raises LabError where there are none."""
    try:
        with pq.ParquetFile(path) as file:
            return read_index(file, path)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(path, error) from None


def read_index(file: pq.ParquetFile, path: Path) -> AtlasIndex:
    """Return the index of an open file; raises LabError where it has none or too long a one."""
    data = (file.metadata.metadata or {}).get(INDEX)
    if data is None:
        raise damaged(path, "it does not name its states")
    found = decode(AtlasIndex, data, path.name)
    if not len(found.states) <= MOST_STATES:
        raise damaged(path, f"it names {len(found.states)} states")
    return found


def packed(path: Path) -> Iterator[tuple[AtlasState, Atlas]]:
    """Yield the states of a finished result."""
    try:
        with pq.ParquetFile(path) as file:
            named = read_index(file, path).states
            last: Atlas | None = None
            for number, rows in enumerate(each(file, len(named), path)):
                last = restore(last, named[number], rows, path)
                yield named[number], last
    except (pa.ArrowException, OSError, TypeError, KeyError) as error:
        raise unreadable(path, error) from None


def each(file: pq.ParquetFile, count: int, path: Path) -> Iterator[Rows]:
    """Yield the rows of each of so many states, some of which may have none; raises LabError where others are there."""
    number, waiting = 0, [empty()]
    for group in range(file.num_row_groups):
        if file.metadata.row_group(group).num_rows > MOST_STRETCHES:
            raise damaged(path, "a row group is longer than any direct map")
        numbers, rows = columns(file.read_row_group(group, columns=SCHEMA.names))
        if len(numbers) and ((np.diff(numbers) < 0).any() or numbers[0] < number or numbers[-1] >= count):
            raise damaged(path, "its rows are out of order, or of a state without a name")
        for state in range(number, int(numbers[-1]) if len(numbers) else number):
            waiting.append(cut(rows, numbers == state))
            yield joined(waiting)
            number, waiting = state + 1, [empty()]
        waiting.append(cut(rows, numbers == number))
    for _ in range(number, count):
        yield joined(waiting)
        waiting = [empty()]


def columns(table: pa.Table) -> tuple[np.ndarray, Rows]:
    """Return the numbers of the states of some rows, and the rows; raises TypeError where a column is another."""
    if table.schema.remove_metadata() != SCHEMA:
        raise TypeError(f"its columns are {', '.join(map(str, table.schema))}")
    number, first, pages, level, flags = (to_numpy(table[name]).astype(np.int64) for name in SCHEMA.names)
    return number, (first, pages, np.where((level | flags) < 0, -1, level << 8 | flags))


def empty() -> Rows:
    """Return no rows."""
    nothing = np.zeros(0, np.int64)
    return nothing, nothing, nothing


def cut(rows: Rows, wanted: np.ndarray) -> Rows:
    """Return some of the rows."""
    first, pages, code = rows
    return first[wanted], pages[wanted], code[wanted]


def joined(parts: list[Rows]) -> Rows:
    """Return the rows of several parts as one."""
    first, pages, code = (np.concatenate(column) for column in zip(*parts, strict=True))
    return first, pages, code


def unreadable(path: Path, error: Exception) -> Exception:
    """Return the error for a file that is none of states."""
    return damaged(path, str(error))
