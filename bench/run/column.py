"""A column as numpy and as Arrow have it, the same bytes under both.

Not by pyarrow.array or to_numpy: they import pandas wherever it is installed, which takes 52 MB and most of a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def to_arrow(values: NDArray[Any]) -> pa.Array:
    """Return an array of integers as a column; it must not change afterwards."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def to_words(words: list[str]) -> pa.StringArray:
    """Return words as a column."""
    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))


def to_numpy(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    """Return a column of integers as an array, read-only; raises TypeError where it holds anything else, or gaps."""
    if not pa.types.is_integer(column.type) or column.null_count:
        raise TypeError(f"a column of whole numbers is of type {column.type} with {column.null_count} gaps")
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts = [one_chunk(chunk) for chunk in chunks]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, str(column.type)), *parts])


def one_chunk(chunk: pa.Array) -> NDArray[Any]:
    """Return one stretch of a column without a copy."""
    dtype = np.dtype(str(chunk.type))
    if not len(chunk):
        return np.empty(0, dtype)
    return np.frombuffer(chunk.buffers()[1], dtype, len(chunk), chunk.offset * dtype.itemsize)
