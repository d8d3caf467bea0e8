"""DuckDB: the engine that needs nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from analysis.across.engine import Engine, File

NAME = "duckdb"
MEMORY = "2GB"
"""So much DuckDB keeps in memory before it writes to the disk."""


def embedded(scratch: Path) -> Engine:
    """Return DuckDB, which keeps what has no room in memory in a folder."""
    backend = ibis.duckdb.connect(
        memory_limit=MEMORY,
        temp_directory=str(scratch),
        threads=len(os.sched_getaffinity(0)),
        preserve_insertion_order=False,
    )

    def read(files: Sequence[File]) -> ir.Table:
        tables = [backend.read_parquet(str(file.path)) for file in files]
        parts = [
            table.select(
                result=ibis.literal(number, type="int32"),
                run=table["run"],
                metric=table["metric"].cast("string"),
                value=table[file.column],
            )
            for number, (table, file) in enumerate(zip(tables, files, strict=True))
        ]
        return parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=False)

    return Engine(NAME, read, ibis.memtable, backend.to_pyarrow, (duckdb.Error, pa.ArrowException, OverflowError))
