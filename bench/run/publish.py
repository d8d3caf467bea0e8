"""Seal a finished result: raw samples into one Parquet file, checksums over everything, the seal last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.error import LabError
from bench.model.codec import encode
from bench.model.manifest import Seal
from bench.model.run import Run
from bench.run.journal import RAW, SAMPLES, SEAL, SEALED, SEALED_TOO, Journal, digest, drafting, replace

SCHEMA = pa.schema(
    [
        ("run", pa.int32()),
        ("metric", pa.dictionary(pa.int8(), pa.string())),
        ("thread", pa.int16()),
        ("seq", pa.int32()),
        ("value", pa.int64()),
    ]
)
GROUP_ROWS = 1 << 17
"""Rows gathered before a row group is written: more would be kept in memory, and make the file hardly smaller."""
INTEGERS = ("run", "thread", "seq", "value")


def seal(journal: Journal) -> Seal:
    """Pack the samples, write the seal, and only then drop the raw files; safe to repeat after a kill.

    Raises LabError where a raw file is not what its run says.
    """
    runs = tuple(sorted(journal.runs(), key=lambda run: run.trial.index))
    pack(journal, runs)
    present = tuple(name for name in SEALED_TOO if (journal.folder / name).exists())
    whole = Seal(
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        runs=len(runs),
        readings=sum(run.samples.readings for run in runs if run.samples),
        interruptions=max((run.sitting for run in runs), default=0),
        sha256={name: digest(journal.folder / name) for name in (*SEALED, *present)},
    )
    replace(journal.folder / SEAL, encode(whole))
    shutil.rmtree(journal.folder / RAW)
    return whole


def pack(journal: Journal, runs: tuple[Run, ...]) -> None:
    """Write samples.parquet from the raw files, whole or not at all, a bounded number of rows at a time."""
    delta = dict.fromkeys(INTEGERS, "DELTA_BINARY_PACKED")
    how = {"compression": "zstd", "use_dictionary": ["metric"], "column_encoding": delta, "write_statistics": ["run"]}
    with drafting(journal.folder / SAMPLES) as draft, pq.ParquetWriter(draft, SCHEMA, **how) as writer:
        for group in gather(table(journal, run) for run in runs if run.samples):
            writer.write_table(group, row_group_size=GROUP_ROWS)


def gather(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield the tables joined into pieces of about GROUP_ROWS rows, never splitting one run."""
    waiting: list[pa.Table] = []
    for each in tables:
        waiting.append(each)
        if sum(t.num_rows for t in waiting) >= GROUP_ROWS:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def table(journal: Journal, run: Run) -> pa.Table:
    """Return one run's samples as rows."""
    assert run.samples is not None
    path = journal.raw(run.trial.index)
    if digest(path) != run.samples.sha256:
        raise LabError(
            "samples-damaged", f"{path.name} is not what run {run.trial.index} wrote", "its checksum differs"
        )
    ns = np.fromfile(path, dtype="<u8").astype(np.int64)
    counts = [s.count for s in run.samples.series]
    names = sorted({s.metric for s in run.samples.series})
    codes = np.repeat(np.array([names.index(s.metric) for s in run.samples.series], dtype=np.int8), counts)
    columns = [
        pa.array(np.full(len(ns), run.trial.index, dtype=np.int32)),
        pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names)),
        pa.array(np.repeat(np.array([s.thread for s in run.samples.series], dtype=np.int16), counts)),
        pa.array(np.concatenate([np.arange(count, dtype=np.int32) for count in counts])),
        pa.array(ns),
    ]
    return pa.table(columns, schema=SCHEMA)


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
    shutil.rmtree(draft, ignore_errors=True)  # of a copy that was broken off
    shutil.copytree(folder, draft, ignore=shutil.ignore_patterns(RAW))
    os.replace(draft, target)
    return target
