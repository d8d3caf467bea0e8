"""Load a result from disk; what its files hold is untrusted, and its samples are read a row group at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis import markup
from analysis.consistency import refuse
from analysis.emulation import NOTE, emulated
from bench.error import LabError
from bench.model.manifest import Manifest, Seal
from bench.model.profile import Profile
from bench.model.run import Run
from bench.run.journal import SAMPLES, SEALED, SEALED_TOO, Journal, digest

if TYPE_CHECKING:
    import pandas as pd

Readings = dict[str, NDArray[np.int64]]
"""A run's readings by metric, in its unit; threads one behind the other, each in the order in which it measured."""
VALUE = {1: "ns", 2: "value"}
"""The column of the readings, by the format of the result."""
COLUMNS = ("run", "metric", "value")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A result as it lies on disk; without a seal it is not finished. Like another only where it is the same."""

    path: Path
    manifest: Manifest
    runs: tuple[Run, ...]
    seal: Seal | None
    profile: Profile | None = None

    def _repr_html_(self) -> str:
        """Show in a notebook what was asked, and where and when it was measured."""
        fixed, host = self.manifest, self.manifest.environment
        made = sum(run.status == "ok" for run in self.runs)
        planned = fixed.experiment.blocks * len(fixed.experiment.conditions)
        facts = (
            ("Machine", f"{fixed.machine}, {host.cpu}, {host.cpus_online} CPUs, {host.virtualisation}"),
            ("Kernel", host.kernel),
            ("Begun", f"{fixed.created}, by commit {fixed.commit}, profile {fixed.experiment.profile}"),
            ("Runs", f"{made:,} of {planned:,} gave readings, in {fixed.experiment.blocks:,} blocks"),
            ("Readings", f"{sum(run.samples.readings for run in self.runs if run.samples):,}"),
            ("Whole", "yes, and as it was sealed" if self.seal else "NOT FINISHED"),
            *((("Note", NOTE.text),) if emulated(host) else ()),
        )
        return markup.titled(fixed.experiment.name, markup.table((), facts), fixed.experiment.question)


def load(path: Path) -> Result:
    """Load a result, finished or not, and compare its files with its seal.

    Raises LabError where a file cannot be read, is foreign or newer, or is not what was sealed.
    """
    journal = Journal(path)
    manifest = journal.manifest()
    seal = journal.seal() if journal.sealed() else None
    if seal and not set(SEALED) <= set(seal.sha256) <= {*SEALED, *SEALED_TOO}:
        raise LabError("result-damaged", f"{path} was changed after it was sealed", "the seal names other files")
    for name, expected in seal.sha256.items() if seal else ():
        if digest_of(path / name) != expected:
            raise LabError("result-damaged", f"{path} was changed after it was sealed", f"{name} has another checksum")
    runs = tuple(sorted(journal.runs(), key=lambda run: run.trial.index))
    profile = journal.profile()
    refuse(manifest, runs, seal, profile)
    return Result(path, manifest, runs, seal, profile)


def digest_of(path: Path) -> str:
    """Return a file's checksum, "" where there is no such file."""
    return digest(path) if path.is_file() else ""


def readings(result: Result) -> Iterator[tuple[Run, Readings]]:
    """Yield every run that has samples, in the order of the plan, with its readings.

    Raises LabError where samples.parquet is not what docs/data-format.md says.
    """
    measured = {run.trial.index: run for run in result.runs if run.samples}
    if result.seal is None:
        yield from ((run, read_raw(result.path, run)) for run in measured.values())
        return
    left = {index for index, run in measured.items() if run.samples and run.samples.readings}
    try:
        with pq.ParquetFile(result.path / SAMPLES) as file:
            columns = ("run", "metric", VALUE[result.manifest.format])
            groups = (file.read_row_group(n, columns=columns) for n in range(file.num_row_groups))
            for part in whole_runs(group.rename_columns(COLUMNS) for group in groups):
                for run, found in split(part, measured):
                    left.remove(run.trial.index)
                    yield run, checked(run, found)
    except (pa.ArrowException, KeyError, OSError, TypeError, ValueError) as error:
        raise LabError("samples-unreadable", f"{result.path / SAMPLES} cannot be read", str(error)) from None
    if left:
        raise LabError("samples-damaged", f"{result.path / SAMPLES} lacks run {min(left)}")


def whole_runs(groups: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows in pieces that end where a run ends; a row group may end inside one."""
    rest: pa.Table | None = None
    for group in groups:
        rows = group if rest is None else pa.concat_tables([rest, group])
        ends = np.flatnonzero(np.diff(numbers(rows["run"], pa.int32())))
        last = int(ends[-1]) + 1 if len(ends) else 0
        rest = rows.slice(last)
        if last:
            yield rows.slice(0, last)
    if rest is not None and rest.num_rows:
        yield rest


def split(rows: pa.Table, runs: dict[int, Run]) -> Iterator[tuple[Run, Readings]]:
    """Yield each run of some rows with its readings; no run begins before or ends after them."""
    indices, values = numbers(rows["run"], pa.int32()), numbers(rows["value"], pa.int64())
    metric = pa.chunked_array([rows["metric"].unify_dictionaries().combine_chunks()]).chunk(0)
    codes, names = numbers(pa.chunked_array([metric.indices]), pa.int8()), metric.dictionary.to_pylist()
    edges = [0, *(np.flatnonzero(np.diff(indices)) + 1).tolist(), len(indices)]
    for start, end in pairwise(edges):
        here, index = slice(start, end), int(indices[start])
        if index not in runs:
            raise ValueError(f"it has readings of run {index}, which has none")
        yield runs[index], by_metric(names, codes[here], values[here])


def numbers(column: pa.ChunkedArray, kind: pa.DataType) -> NDArray[np.signedinteger]:
    """Return a column of integers of a kind, as they lie in memory; raises ValueError where it is none.

    ChunkedArray.to_numpy() would import pandas, which takes longer than a million readings.
    """
    if column.type != kind or column.null_count:
        raise ValueError(f"a column that should be {kind} is {column.type}, or has gaps")
    parts = [
        np.frombuffer(part.buffers()[1], kind.to_pandas_dtype(), len(part), part.offset * kind.bit_width // 8)
        for part in column.chunks
        if len(part)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, kind.to_pandas_dtype()), *parts])


def checked(run: Run, found: Readings) -> Readings:
    """Return a run's readings if they are as many as its line says, and none is negative; else raise LabError."""
    expected: Counter[str] = Counter()
    for series in run.samples.series if run.samples else ():
        expected[series.metric] += series.count
    if {name: len(ns) for name, ns in found.items()} != +expected or any(ns.min() < 0 for ns in found.values()):
        why = "their number is not what its line says, or one is negative"
        raise LabError("samples-damaged", f"the samples of run {run.trial.index} cannot be believed", why)
    return found


def by_metric(names: list[str], codes: NDArray[np.int8], ns: NDArray[np.int64]) -> Readings:
    """Return one run's readings apart by metric."""
    if codes.min() == codes.max():
        return {names[int(codes[0])]: ns}
    return {names[int(code)]: ns[codes == code] for code in np.unique(codes)}


def read_raw(path: Path, run: Run) -> Readings:
    """Return the readings of a run whose result is not sealed yet."""
    assert run.samples is not None
    raw = Journal(path).raw(run.trial.index)
    counts = [series.count for series in run.samples.series]
    if digest_of(raw) != run.samples.sha256 or 8 * sum(counts) != raw.stat().st_size:
        raise LabError("samples-damaged", f"{raw} is not what run {run.trial.index} wrote", "its checksum differs")
    parts = np.split(np.fromfile(raw, dtype="<u8").astype(np.int64), np.cumsum(counts)[:-1])
    names = [series.metric for series in run.samples.series]
    return {name: np.concatenate([p for p, n in zip(parts, names, strict=True) if n == name]) for name in set(names)}


def frame(result: Result) -> pd.DataFrame:
    """Return a finished result's samples as a pandas frame: run, block, metric, thread, seq, value and every factor."""
    import pandas as pd

    factors = [
        {"run": run.trial.index, "block": run.trial.block, **dict(run.trial.condition.factors)} for run in result.runs
    ]
    samples: pd.DataFrame = pq.read_table(result.path / SAMPLES).to_pandas()
    return samples.rename(columns={"ns": "value"}).merge(pd.DataFrame(factors), on="run")
