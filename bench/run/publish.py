"""Seal a finished result: raw samples into one Parquet file, checksums over everything, the seal last."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.error import LabError
from bench.model.codec import encode
from bench.model.manifest import Seal
from bench.model.run import Run, SampleFile
from bench.run.atlases import pack_atlases
from bench.run.group import gather
from bench.run.journal import RAW, SAMPLES, SEAL, SEALED, SEALED_TOO, Journal, digest, drafting, replace, writing

SCHEMA = pa.schema(
    [
        ("run", pa.int32()),
        ("metric", pa.dictionary(pa.int8(), pa.string())),
        ("thread", pa.int16()),
        ("seq", pa.int32()),
        ("value", pa.int64()),
    ]
)
GROUP_ROWS = 1 << 16
"""Rows gathered before a row group is written: more would be kept in memory, and make the file hardly smaller."""
INTEGERS = ("run", "thread", "seq", "value")


def seal(journal: Journal) -> Seal:
    """Pack what is raw, write the seal, and only then drop the raw files; safe to repeat after a kill.

    Raises LabError where a raw file is not what its run says.
    """
    runs = tuple(sorted(map(brief, journal.each_run()), key=lambda run: run.index))
    pack(journal, runs)
    pack_atlases(journal, {name for run in runs for name in run.atlases})
    present = tuple(name for name in SEALED_TOO if (journal.folder / name).exists())
    whole = Seal(
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        runs=len(runs),
        readings=sum(run.files.readings for run in runs if run.files),
        interruptions=max((run.sitting for run in runs), default=0),
        sha256={name: digest(journal.folder / name) for name in (*SEALED, *present)},
    )
    replace(journal.folder / SEAL, encode(whole))
    drop_raw(journal)
    return whole


def drop_raw(journal: Journal) -> None:
    """Drop the raw files of a sealed result: a kill between the seal and the end may have left them."""
    if journal.sealed():
        shutil.rmtree(journal.folder / RAW, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Brief:
    """What packing needs of a run: a result of ten thousand runs is not held whole."""

    index: int
    sitting: int
    files: SampleFile | None
    atlases: tuple[str, ...]


def brief(run: Run) -> Brief:
    """Return what packing needs of a run."""
    atlases = tuple(name for name in (run.atlas_before, run.atlas_after) if name)
    return Brief(run.trial.index, run.sitting, run.samples, atlases)


def pack(journal: Journal, runs: tuple[Brief, ...]) -> None:
    """Write samples.parquet from the raw files, whole or not at all, a bounded number of rows at a time."""
    delta = dict.fromkeys(INTEGERS, "DELTA_BINARY_PACKED")
    how = {"compression": "zstd", "use_dictionary": ["metric"], "column_encoding": delta, "write_statistics": ["run"]}
    with drafting(journal.folder / SAMPLES) as draft, pq.ParquetWriter(draft, SCHEMA, **how) as writer:
        for group in gather((table(journal, run.index, run.files) for run in runs if run.files), GROUP_ROWS):
            writer.write_table(group, row_group_size=GROUP_ROWS)


def table(journal: Journal, index: int, files: SampleFile) -> pa.Table:
    """Return one run's samples as rows."""
    path = journal.raw(index)
    if digest(path) != files.sha256:
        raise LabError("samples-damaged", f"{path.name} is not what run {index} wrote", "its checksum differs")
    ns = np.fromfile(path, dtype="<u8").astype(np.int64)
    counts = [s.count for s in files.series]
    names = sorted({s.metric for s in files.series})
    codes = np.repeat(np.array([names.index(s.metric) for s in files.series], dtype=np.int8), counts)
    columns = [
        column(np.full(len(ns), index, dtype=np.int32)),
        pa.DictionaryArray.from_arrays(column(codes), words(names)),
        column(np.repeat(np.array([s.thread for s in files.series], dtype=np.int16), counts)),
        column(np.concatenate([np.arange(count, dtype=np.int32) for count in counts])),
        column(ns),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def words(names: list[str]) -> pa.Array:
    """Return names as a column; see column()."""
    builder = pa.lib.StringBuilder()
    builder.append_values(names)
    return builder.finish()


def column(values: NDArray[np.signedinteger]) -> pa.Array:
    """Return integers as a column, without a copy. pa.array() would import pandas, which takes 40 MB."""
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def archive(folder: Path, into: Path) -> Path:
    """Copy a sealed result to where git sees it; returns the new folder, never overwriting one.

    Raises LabError where the result is not sealed or something of that name is there already.
    """
    target = into / Journal(folder).manifest().experiment.name / folder.resolve().name
    if not Journal(folder).sealed():
        raise LabError("result-unfinished", f"{folder} is not finished", remedy="finish it with ./lab run --resume")
    if target.exists():
        raise LabError("result-exists", f"{target} is there already", "results are never overwritten")
    draft = target.with_name(target.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)  # of a copy that was killed
    try:
        with writing(target):
            copy(folder, draft)
            os.replace(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def copy(folder: Path, draft: Path) -> None:
    """Copy a sealed result without its raw files; raises OSError where one of its files cannot be copied."""
    try:
        shutil.copytree(folder, draft, ignore=shutil.ignore_patterns(RAW))
    except shutil.Error as error:  # a list of (source, target, why)
        raise OSError(error.args[0][0][2]) from None
