"""A source: one result that is taken in, with what the engine has to look up in it, or the reason why it is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.across.flush import flush
from analysis.across.machine import Machine, machine, short
from analysis.across.question import Question, question
from analysis.emulation import emulated
from analysis.load import VALUE, Result, load
from bench.error import LabError
from bench.run.journal import SAMPLES
from bench.text import one_line
from workloads.spec import Condition

Rows = NDArray[np.int32]
ROW = ("run", "metric", "question", "side", "block", "expected")
"""Columns of what is looked up: which readings are which side of which question, and how many there have to be."""
PATTERN = re.compile(r"[*?\[\]{}\\]")
TYPES = {"run": pa.int32(), "value": pa.int64()}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A sealed result: where it is, its machine, and rows (ROW) that point into `metrics` and `questions`.

    `texts` are the questions' words as this result has them; `mark` tells copies of one result.
    """

    path: Path
    mark: str
    format: int
    readings: int
    machine: Machine
    metrics: tuple[str, ...]
    questions: tuple[Question, ...]
    texts: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Skipped:
    """A result that is not taken in, and why."""

    path: Path
    why: str


def take(path: Path) -> Source | Skipped:
    """Return a result as a source, or why it is none: what the folder holds was made by anybody."""
    try:
        result = load(path)
        refuse(result)
        return source(result)
    except LabError as error:
        return Skipped(path, str(error))
    except OSError as error:
        return Skipped(path, one_line(f"{error.filename or path} cannot be read: {error.strerror or error}"))


def refuse(result: Result) -> None:
    """Raise LabError where a result has nothing to say here: unfinished, emulated, or its samples are no samples.

    An engine takes some characters of a path for a pattern: it would open other people's files too.
    """
    if PATTERN.search(str(result.path.resolve())):
        raise LabError("result-unreadable", "its folder's name has one of * ? [ ] { } \\, which stand for other names")
    if result.seal is None:
        raise LabError("result-unfinished", "it is not finished")
    if emulated(result.manifest.environment):
        raise LabError("emulated", "it was measured on an emulated machine, whose times say nothing")
    try:
        with pq.ParquetFile(result.path / SAMPLES) as file:
            refuse_samples(file, result)
    except (pa.ArrowException, KeyError, OSError, TypeError, ValueError) as error:
        raise LabError("samples-unreadable", f"{SAMPLES} cannot be read", str(error)) from None


def refuse_samples(file: pq.ParquetFile, result: Result) -> None:
    """Raise LabError where the samples have other columns, or another number of rows, than the result says."""
    schema, column = file.schema_arrow, VALUE[result.manifest.format]
    found = {"run": schema.field("run").type, "value": schema.field(column).type}
    metric = schema.field("metric").type
    if found != TYPES or (metric.value_type if pa.types.is_dictionary(metric) else metric) != pa.string():
        raise LabError("samples-unreadable", f"{SAMPLES} has columns of other types")
    if result.seal and file.metadata.num_rows != result.seal.readings:
        raise LabError("samples-damaged", f"{SAMPLES} has {file.metadata.num_rows} rows and not those that were sealed")


def source(result: Result) -> Source:
    """Return a sealed result as a source; one without claims answers no question, and is one all the same."""
    assert result.seal
    manifest = result.manifest
    asked = {question(short(manifest.experiment.name), claim): claim.text for claim in manifest.experiment.claims}
    questions, metrics = tuple(asked), tuple(dict.fromkeys(m for q in asked for _, m in q.sides))
    rows = np.array(list(looked_up(result, questions, metrics)), dtype=np.int32).reshape(-1, len(ROW))
    return Source(
        path=result.path,
        mark=result.seal.sha256[SAMPLES],
        format=manifest.format,
        readings=result.seal.readings,
        machine=machine(manifest.machine, manifest.environment, flush(manifest.environment, result.runs)),
        metrics=metrics,
        questions=questions,
        texts=tuple(one_line(text) for text in asked.values()),
        rows=rows,
    )


def looked_up(result: Result, questions: tuple[Question, ...], metrics: tuple[str, ...]) -> Iterator[tuple[int, ...]]:
    """Yield a row (ROW) for every run that is a side of a question."""
    sides: dict[Condition, list[tuple[int, int, int]]] = {}
    for number, each in enumerate(questions):
        for side, (condition, metric) in enumerate(each.sides):
            sides.setdefault(condition, []).append((metrics.index(metric), number, side))
    for run in result.runs:
        counts: Counter[str] = Counter()
        for series in run.samples.series if run.samples else ():
            counts[series.metric] += series.count
        for place, number, side in sides.get(run.trial.condition, ()):
            if count := counts[metrics[place]]:
                yield run.trial.index, place, number, side, run.trial.block, count
