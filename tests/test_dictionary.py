"""The data dictionary, held against results that lie in the repository: each column with its type, each metric."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from workloads.catalog import CATALOG

ROOT = Path(__file__).resolve().parents[1]
DICTIONARY = (ROOT / "docs" / "data-format.md").read_text()
PARQUET = sorted((ROOT / "results").glob("*/*/*.parquet"))
TYPES = {"dictionary of string": "dictionary<values=string, indices=int8, ordered=0>"}
Columns = dict[str, str]


def rows(section: str, columns: int) -> list[list[str]]:
    """Return the rows of the tables in a section that have so many columns, without their heads."""
    text = DICTIONARY.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line.strip().strip("|").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines if len(line) == columns]


def names(cell: str) -> list[str]:
    return re.findall(r"`([\w.]+)`", cell)


def described(section: str) -> Columns:
    """Return the columns that the dictionary describes, with their types."""
    head = "column"
    table = [row for row in rows(section, 3) if row[0] != head]
    typed = [row for row in table if row[1] in TYPES or re.fullmatch(r"int\d+", row[1])]
    return {name: TYPES.get(kind, kind) for cell, kind, _ in typed for name in names(cell)}


@pytest.mark.parametrize("path", PARQUET, ids=lambda path: str(path.relative_to(ROOT / "results")))
def test_each_column_of_a_published_result_is_described_with_its_type(path: Path) -> None:
    schema = pq.read_schema(path)
    found = {field.name: str(field.type) for field in schema}
    if '"format":1' in (path.parent / "manifest.json").read_text():
        found["value"] = found.pop("ns")  # as the dictionary says
    assert found == described(path.name)


def test_there_are_published_results_of_both_kinds() -> None:
    assert {path.name for path in PARQUET} == {"samples.parquet", "atlases.parquet"}


def test_each_metric_of_each_workload_is_described() -> None:
    told = {name for cell, *_ in rows("samples.parquet", 3) for name in names(cell)}
    begins = tuple(name.removesuffix("...") for name in told if name.endswith("..."))
    every = {metric.name for workload in CATALOG for metric in workload.metrics}
    assert sorted(name for name in every if name not in told and not name.startswith(begins)) == []
