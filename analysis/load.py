"""Load a result from disk; what its files hold is untrusted, and its samples are read a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.error import LabError
from bench.model.manifest import Manifest, Seal
from bench.model.run import Run
from bench.run.journal import SAMPLES, Journal, digest

if TYPE_CHECKING:
    import pandas as pd

Readings = dict[str, NDArray[np.int64]]
"""A run's readings in ns by metric, threads one behind the other, each in the order in which it measured."""
COLUMNS = ("run", "metric", "ns")


@dataclass(frozen=True, slots=True)
class Result:
    """A result as it lies on disk; without a seal it is not finished."""

    path: Path
    manifest: Manifest
    runs: tuple[Run, ...]
    seal: Seal | None


def load(path: Path) -> Result:
    """Load a result, finished or not, and compare its files with its seal.

    Raises LabError where a file cannot be read, is foreign or newer, or is not what was sealed.
    """
    journal = Journal(path)
    manifest = journal.manifest()
    seal = journal.seal() if journal.sealed() else None
    for name, expected in seal.sha256.items() if seal else ():
        if Path(name).name != name or digest_of(path / name) != expected:
            raise LabError("result-damaged", f"{path} was changed after it was sealed", f"{name} has another checksum")
    runs = tuple(sorted(journal.runs(), key=lambda run: run.trial.index))
    return Result(path, manifest, runs, seal)


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
    try:
        with pq.ParquetFile(result.path / SAMPLES) as file:
            for group in range(file.num_row_groups):
                yield from split(file.read_row_group(group, columns=COLUMNS), measured)
    except (pa.ArrowException, KeyError, OSError) as error:
        raise LabError("samples-unreadable", f"{result.path / SAMPLES} cannot be read", str(error)) from None


def split(group: pa.Table, runs: dict[int, Run]) -> Iterator[tuple[Run, Readings]]:
    """Yield each run of a row group with its readings; a run never spans two groups."""
    indices, ns = group["run"].to_numpy(), group["ns"].to_numpy()
    metric = group["metric"].combine_chunks()
    codes, names = metric.indices.to_numpy(), metric.dictionary.to_pylist()
    for part in np.split(np.arange(len(indices)), np.flatnonzero(np.diff(indices)) + 1):
        here = slice(part[0], part[-1] + 1)
        yield runs[int(indices[part[0]])], by_metric(names, codes[here], ns[here])


def by_metric(names: list[str], codes: NDArray[np.int8], ns: NDArray[np.int64]) -> Readings:
    """Return one run's readings apart by metric."""
    present = np.unique(codes)
    if len(present) == 1:
        return {names[int(present[0])]: ns}
    return {names[int(code)]: ns[codes == code] for code in present}


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
    """Return a finished result's samples as a pandas frame: run, block, metric, thread, seq, ns and every factor."""
    import pandas as pd

    factors = [
        {"run": run.trial.index, "block": run.trial.block, **dict(run.trial.condition.factors)} for run in result.runs
    ]
    samples: pd.DataFrame = pq.read_table(result.path / SAMPLES).to_pandas()
    return samples.merge(pd.DataFrame(factors), on="run")
