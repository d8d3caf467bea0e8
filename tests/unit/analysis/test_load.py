"""Loading: what was measured comes back, and a file that is not what it should be is said plainly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.load import Result, frame, load, readings
from bench.error import LabError
from bench.run.journal import digest
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import experiment
from workloads.spec import Condition

EXPERIMENT = experiment("anonymous", "secret", blocks=3)


def known(condition: Condition, n: int) -> tuple[int, ...]:
    base = 1000 if condition.get("backing") == "anonymous" else 15_000
    return tuple(base + 100 * n + k for k in range(5))


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return make(tmp_path, EXPERIMENT, known)


def test_readings_come_back_run_by_run(result: Result) -> None:
    seen: dict[Condition, int] = {}
    for run, by_metric in readings(result):
        n = seen[run.trial.condition] = seen.get(run.trial.condition, -1) + 1
        assert tuple(by_metric["first_touch"]) == known(run.trial.condition, n)
    assert list(seen.values()) == [2, 2]


def test_an_unfinished_result_gives_the_same_readings(tmp_path: Path, result: Result) -> None:
    unfinished = make(tmp_path / "other", EXPERIMENT, known, sealed=False)
    assert unfinished.seal is None
    both = ([(r.trial.index, m["first_touch"].tolist()) for r, m in readings(each)] for each in (result, unfinished))
    assert next(both) == next(both)


def test_frame_has_a_row_a_reading_with_its_factors(result: Result) -> None:
    rows = frame(result)
    assert len(rows) == 30 and set(rows["backing"]) == {"anonymous", "secret"}
    assert rows.groupby("backing")["value"].min().to_dict() == {"anonymous": 1000, "secret": 15_000}


@pytest.mark.parametrize("name", ["manifest.json", "runs.jsonl", "samples.parquet"])
def test_a_file_that_was_changed_after_the_seal_is_noticed(result: Result, name: str) -> None:
    path = result.path / name
    path.write_bytes(path.read_bytes().replace(b"secret", b"terces"))
    with path.open("ab") as file:
        file.write(b"\n")
    with pytest.raises(LabError, match=r"unreadable|damaged"):
        load(result.path)


def test_a_truncated_parquet_file_of_an_honest_seal_is_said_plainly(result: Result) -> None:
    path = result.path / "samples.parquet"
    path.write_bytes(path.read_bytes()[:100])
    seal = json.loads((result.path / "seal.json").read_text())
    seal["sha256"]["samples.parquet"] = digest(path)
    (result.path / "seal.json").write_text(json.dumps(seal))
    with pytest.raises(LabError, match="samples-unreadable"):
        list(readings(load(result.path)))


def test_a_seal_that_names_a_file_elsewhere_is_refused(result: Result) -> None:
    seal = json.loads((result.path / "seal.json").read_text())
    seal["sha256"]["../../../etc/passwd"] = "0"
    (result.path / "seal.json").write_text(json.dumps(seal))
    with pytest.raises(LabError, match="damaged"):
        load(result.path)


def test_a_folder_without_a_manifest_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"manifest.json cannot be read: No such file"):
        load(tmp_path)


def test_a_run_that_read_nothing_is_a_run_without_rows(tmp_path: Path) -> None:
    made = make(tmp_path, EXPERIMENT, lambda c, n: () if c.get("backing") == "secret" else known(c, n))
    assert {run.trial.condition.get("backing") for run, _ in readings(made)} == {"anonymous"}
