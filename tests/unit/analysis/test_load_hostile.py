"""Results that were made up, mended by hand or half lost: refused in one line, and no reading counted twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.cells import cells
from analysis.load import Result, load
from bench.error import LabError
from bench.run import publish
from bench.run.journal import digest
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import experiment
from workloads.spec import Condition

EXPERIMENT = experiment("anonymous", "secret", blocks=3)
Line = dict[str, Any]


def known(condition: Condition, n: int) -> tuple[int, ...]:
    return tuple(1000 + 100 * n + k for k in range(5))


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return make(tmp_path, EXPERIMENT, known)


def seal_again(folder: Path) -> None:
    seal = json.loads((folder / "seal.json").read_text())
    seal["sha256"] = {name: digest(folder / name) for name in seal["sha256"]}
    (folder / "seal.json").write_text(json.dumps(seal))


def twice(lines: list[Line]) -> None:
    lines.append(lines[0])


def negative_count(lines: list[Line]) -> None:
    lines[0]["samples"]["series"][0]["count"] = -5


def countless(lines: list[Line]) -> None:
    lines[0]["samples"]["readings"] = 10**18


def unplanned(lines: list[Line]) -> None:
    lines[0]["trial"]["condition"]["factors"] = [["backing", "x"]]


def failed_with_samples(lines: list[Line]) -> None:
    lines[0]["status"] = "failed"


def ok_without_samples(lines: list[Line]) -> None:
    lines[0]["samples"] = None


LIES = (twice, negative_count, countless, unplanned, failed_with_samples, ok_without_samples)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_runs_that_contradict_the_plan_or_themselves_are_refused(result: Result, lie: Callable[..., None]) -> None:
    path = result.path / "runs.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lie(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    seal_again(result.path)
    with pytest.raises(LabError, match="result-inconsistent"):
        load(result.path)


def test_a_newer_result_is_named_as_such(result: Result) -> None:
    path = result.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 3, "news": 1}))
    with pytest.raises(LabError, match="result-newer"):
        load(result.path)


def test_a_seal_without_checksums_is_no_seal(result: Result) -> None:
    path = result.path / "seal.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"sha256": {}}))
    with pytest.raises(LabError, match="result-damaged"):
        load(result.path)


def with_ns(table: pa.Table, ns: list[object], kind: pa.DataType) -> pa.Table:
    place = table.schema.get_field_index("value")
    return table.set_column(place, "value", pa.array(ns, kind))


def lacking(table: pa.Table) -> pa.Table:
    return table.slice(0, table.num_rows - 2)


def empty(table: pa.Table) -> pa.Table:
    return table.slice(0, 0)


def below_zero(table: pa.Table) -> pa.Table:
    return with_ns(table, [-5] * table.num_rows, pa.int64())


def without_values(table: pa.Table) -> pa.Table:
    return with_ns(table, [None] * table.num_rows, pa.int64())


def as_words(table: pa.Table) -> pa.Table:
    return with_ns(table, ["x"] * table.num_rows, pa.string())


def repeated(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table])


TURNED = (lacking, empty, below_zero, without_values, as_words, repeated)


@pytest.mark.parametrize("turn", TURNED, ids=lambda turn: turn.__name__)
def test_samples_that_are_not_what_the_runs_say_are_refused(result: Result, turn: Callable[..., pa.Table]) -> None:
    path = result.path / "samples.parquet"
    pq.write_table(turn(pq.read_table(path)), path)
    seal_again(result.path)
    with pytest.raises(LabError, match=r"samples-(damaged|unreadable)"):
        cells(load(result.path))


def test_a_run_that_spans_two_row_groups_is_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "GROUP_ROWS", 7)  # not a multiple of a run's five readings
    result = make(tmp_path, EXPERIMENT, known)
    assert pq.ParquetFile(result.path / "samples.parquet").num_row_groups > 3
    assert [(len(cell.runs), cell.readings) for cell in cells(result)] == [(3, 15), (3, 15)]
