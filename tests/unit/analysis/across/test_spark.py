"""Spark: a real cluster of two workers gives the bytes that DuckDB gives, and leaves out what DuckDB leaves out."""

from __future__ import annotations

import dataclasses
import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.across.connection import connected
from analysis.across.engine import Reader
from analysis.across.source import take
from analysis.across.survey import Survey, survey
from analysis.place import PUBLISHED
from analysis.report.acrossfile import across_file
from bench.error import LabError
from tests.unit.analysis.across.made import Truth, fleet, written
from tests.unit.analysis.across.test_hostile import beyond, negative, scribble

WORKERS = "local-cluster[2,1,1024]"
TRUTH = Truth()
PATHS = [max((PUBLISHED / name).iterdir()) for name in ("page_cost", "direct_map_reads")]

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="PySpark or Java is not installed: LAB_SPARK=1 ./lab, and a JRE",
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Reader]:
    with connected(WORKERS) as engine:
        yield engine


def written_out(found: Survey) -> bytes:
    """Return the file of a survey, but for the words in which an engine says why it cannot read something."""
    return across_file(dataclasses.replace(found, skipped=())).model_dump_json(indent=1).encode()


@needs_spark
@pytest.mark.filterwarnings("default")  # Spark opens more than it closes
def test_cluster_of_two_workers_gives_the_bytes_of_duckdb(cluster: Reader, tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    made = [written(tmp_path, host, TRUTH, blocks=2).path for host in fleet(TRUTH, 6, 1)]
    made.append(made.pop().parent.rename(tmp_path / "a+b c%41'ü") / "one")
    for spoil, path in zip((negative, scribble, beyond), made, strict=False):
        spoil(path)
    taken = [take(path) for path in (*PATHS, *made)]
    theirs = survey(cluster, taken)
    workers = SparkSession.getActiveSession().sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    assert workers == 2
    with connected("duckdb") as engine:
        ours = survey(engine, taken)
    assert len(ours.effects) > 15
    assert theirs.effects == ours.effects
    assert [each.path for each in theirs.skipped] == [each.path for each in ours.skipped]
    assert written_out(theirs) == written_out(ours)


@needs_spark
def test_cluster_that_does_not_answer_is_one_line() -> None:
    with pytest.raises(LabError, match=r"does not answer: .*\[engine-unreachable\]"), connected("spark://127.0.0.1:1"):
        pass


def test_without_spark_the_line_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LabError, match=r"PySpark is not installed; type: LAB_SPARK=1 ./lab"), connected("local[1]"):
        pass
