"""atlases.parquet: the states of the direct map that a result's runs met, the first whole and then what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.model.atlas import AtlasIndex, AtlasState
from bench.model.codec import encode
from bench.run.chart import CHART, Rows, damaged, difference, states
from bench.run.column import to_arrow
from bench.run.group import gather
from bench.run.journal import ATLASES, RAW, Journal, drafting
from workloads.atlas import Atlas

INDEX = b"secretmem-lab.atlases"
"""Key of the file's metadata under which the states are named: an AtlasIndex as JSON."""
SCHEMA = pa.schema(
    [
        ("atlas", pa.int32()),
        ("first_page", pa.int64()),
        ("pages", pa.int64()),
        ("level", pa.int8()),
        ("flags", pa.int8()),
    ]
)
GROUP_ROWS = 1 << 17
HOW: dict[str, Any] = {
    "compression": "zstd",
    "use_dictionary": ["level", "flags"],
    "column_encoding": dict.fromkeys(("atlas", "first_page", "pages"), "DELTA_BINARY_PACKED"),
    "write_statistics": ["atlas"],
}


def pack_atlases(journal: Journal, wanted: set[str]) -> None:
    """Write atlases.parquet with the states that runs name, where they name any, whole or not at all.

    Raises LabError where one of them is not there, or is not what its name says.
    """
    if not wanted:
        return
    kept: list[AtlasState] = []
    with drafting(journal.folder / ATLASES) as draft, pq.ParquetWriter(draft, SCHEMA, **HOW) as writer:
        for group in gather(tables(journal.folder / RAW / CHART, wanted, kept), GROUP_ROWS):
            writer.write_table(group, row_group_size=GROUP_ROWS)
        writer.add_key_value_metadata({INDEX: encode(AtlasIndex(states=tuple(kept)))})


def tables(chart: Path, wanted: set[str], kept: list[AtlasState]) -> Iterator[pa.Table]:
    """Yield the rows of each state that is wanted, in the order in which they were met; `kept` gets the states."""
    last: Atlas | None = None
    for state, atlas in states(chart):
        if state.sha256 in wanted:
            yield table(len(kept), difference(last, atlas))
            kept.append(state)
            last = atlas
    missing = wanted - {state.sha256 for state in kept}
    if missing:
        raise damaged(chart, f"it lacks the state {min(missing)[:12]}, which a run names")


def table(number: int, rows: Rows) -> pa.Table:
    """Return the rows of one state."""
    first, pages, code = rows
    level, flags = (code >> 8).astype(np.int8), (code & 0xFF).astype(np.int8)
    columns = (np.full(len(first), number, np.int32), first, pages, level, flags)
    return pa.table([to_arrow(column) for column in columns], schema=SCHEMA)
