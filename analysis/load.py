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
from bench.error import LabError
from bench.model.experiment import Experiment
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
MOST_SAMPLES = 1 << 31


@dataclass(frozen=True, slots=True)
class Result:
    """A result as it lies on disk; without a seal it is not finished."""

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
    refuse_inconsistent(runs, manifest.experiment)
    refuse_wrong_stop(runs, manifest.experiment, is_sealed=seal is not None)
    profile = journal.profile()
    refuse_wrong_profile(profile, manifest.experiment)
    return Result(path, manifest, runs, seal, profile)


def refuse_inconsistent(runs: tuple[Run, ...], experiment: Experiment) -> None:
    """Raise LabError where runs contradict the plan or themselves: readings would be counted twice or amiss."""
    times = Counter(run.trial.index for run in runs)
    planned = set(experiment.conditions)
    for run in runs:
        series = run.samples.series if run.samples else ()
        wrong = {
            "it is there twice": times[run.trial.index] > 1,
            "the plan has no such condition": run.trial.condition not in planned,
            "it is ok and has no samples, or not ok and has some": (run.status == "ok") != bool(run.samples),
            "its readings do not add up": any(s.count < 0 for s in series)
            or sum(s.count for s in series) != (run.samples.readings if run.samples else 0),
        }
        for why in (text for text, holds in wrong.items() if holds):
            raise LabError("result-inconsistent", f"run {run.trial.index} cannot be believed", why)


def refuse_wrong_stop(runs: tuple[Run, ...], experiment: Experiment, *, is_sealed: bool) -> None:
    """Raise LabError where a stopping rule contradicts the plan, or a result ended at another moment than it allows."""
    rule = experiment.until
    if rule is None:
        return
    made = 1 + max((run.trial.block for run in runs), default=-1)
    wrong = {
        "its looks are not ascending, or do not end with the last block": rule.looks != tuple(sorted(set(rule.looks)))
        or rule.looks[-1:] != (experiment.blocks,),
        "its width is none": not 0 < rule.half_width < 1,
        f"the result ended after {made} blocks, where nobody was to look": is_sealed and made not in rule.looks,
    }
    for why in (text for text, holds in wrong.items() if holds):
        raise LabError("result-inconsistent", "the stopping rule cannot be believed", why)


def refuse_wrong_profile(profile: Profile | None, experiment: Experiment) -> None:
    """Raise LabError where a profile contradicts the plan or itself."""
    sampled = profile.conditions if profile else ()
    counts = [(each.processes, row) for each in sampled for row in (each.elsewhere, *(s.counts for s in each.stacks))]
    wrong = {
        "it has a condition that the plan has not, or one twice": len({s.condition for s in sampled}) < len(sampled)
        or not {s.condition for s in sampled} <= set(experiment.conditions),
        "it has not one count for every process": any(len(row) != processes for processes, row in counts),
        "a count is out of range": any(not 0 <= count < MOST_SAMPLES for _, row in counts for count in row),
    }
    for why in (text for text, holds in wrong.items() if holds):
        raise LabError("result-inconsistent", "the profile cannot be believed", why)


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
        here = slice(start, end)
        yield runs[int(indices[start])], by_metric(names, codes[here], values[here])


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
