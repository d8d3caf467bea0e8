"""A group of rows: small tables joined before they are written, because a row group has a cost of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa


def gather(tables: Iterator[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Yield the tables joined into pieces of about so many rows, never splitting one of them."""
    waiting: list[pa.Table] = []
    for each in tables:
        waiting.append(each)
        if sum(t.num_rows for t in waiting) >= rows:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)
