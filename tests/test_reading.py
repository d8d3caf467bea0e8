"""Reading results elsewhere: the page's snippets run as they are, and find what the analysis finds."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from analysis.cells import cells
from analysis.load import frame, load
from analysis.place import PUBLISHED

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "reading-results.md").read_text()
Row = tuple[int, int, float, float]
"""Runs, readings, their mean in ns, and the median of a typical run in ns."""
SAMPLES = sorted(PUBLISHED.glob("[a-z]*/2*/samples.parquet"))


def snippet(title: str, language: str) -> str:
    """Return the one snippet of a section."""
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    [text] = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(text)


def keyed(rows: list[tuple[str, int, int, float, float]]) -> dict[str, Row]:
    return {json.dumps(json.loads(condition)): (runs, n, mean, p50) for condition, runs, n, mean, p50 in rows}


def by_duckdb() -> dict[str, Row]:
    return keyed(duckdb.sql(snippet("DuckDB", "sql")).fetchall())


def by_python(title: str) -> pd.DataFrame | pl.DataFrame:
    names: dict[str, object] = {}
    exec(compile(snippet(title, "python"), f"docs/reading-results.md, {title}", "exec"), names)
    table = names["table"]
    assert isinstance(table, pd.DataFrame | pl.DataFrame)
    return table


def by_pandas() -> dict[str, Row]:
    return keyed(list(by_python("pandas").itertuples(name=None)))  # type: ignore[union-attr]


def by_polars() -> dict[str, Row]:
    return keyed(by_python("polars").select("condition", "runs", "readings", "mean_ns", "p50_ns").rows())  # type: ignore[union-attr]


@pytest.mark.parametrize("read", [by_duckdb, by_pandas, by_polars], ids=lambda read: read.__name__)
def test_snippet_gives_the_figures_of_the_analysis(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    [folder] = set(re.findall(r"results/page_cost/2[\w-]+", PAGE))
    result = load(ROOT / folder)
    ours = frame(result).query("metric == 'first_touch'").groupby("run", observed=True)["value"].agg(["size", "sum"])
    expected = {}
    for cell in cells(result):
        if cell.metric == "first_touch":
            mean = ours.loc[list(cell.runs), "sum"].sum() / cell.readings
            key = json.dumps([list(pair) for pair in cell.condition.factors])
            expected[key] = (len(cell.runs), cell.readings, mean, cell.typical["p50"])
    found = read()
    assert found.keys() == expected.keys() and len(found) > 10
    for condition, row in expected.items():
        assert found[condition][:2] == row[:2]
        assert all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(found[condition], row, strict=True)), condition


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.parent.relative_to(PUBLISHED)))
def test_every_published_result_is_read_alike_by_all(path: Path) -> None:
    value = "ns" if "ns" in pl.read_parquet_schema(path) else "value"
    rows = frame(load(path.parent))
    ours = (len(rows), rows["value"].mean())
    read = pd.read_parquet(path)[value]
    lazily = pl.scan_parquet(path).select(pl.len(), pl.col(value).mean().alias("mean")).collect().row(0)
    asked = duckdb.sql(f"SELECT count(*), avg({value}) FROM '{path}'").fetchall()[0]
    for found in ((len(read), read.mean()), lazily, asked):
        assert found[0] == ours[0]
        assert not ours[0] or math.isclose(found[1], ours[1], rel_tol=1e-9)  # nothing has no mean
