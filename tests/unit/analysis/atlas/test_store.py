"""The states that lie with a result: read as they were taken, or refused in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.atlas.store import known, states
from analysis.load import Result, load
from bench.error import LabError
from bench.run import atlases
from bench.run.atlases import INDEX, SCHEMA
from bench.run.journal import ATLASES, digest
from tests.unit.analysis.atlas.made import grown, result
from tests.unit.analysis.plots.made import page_cost_result
from workloads.atlas import Atlas

COUNTS = (2, 5, 9, 9)
Change = Callable[[pa.Table], pa.Table]


def names(of: Result) -> list[str]:
    return [state.sha256 for state, _ in states(of)]


@pytest.mark.parametrize("sealed", [True, False])
def test_states_come_out_as_they_were_taken(tmp_path: Path, sealed: bool) -> None:
    maps = grown(COUNTS)
    made = result(tmp_path, maps, sealed=sealed)
    expected = list(dict.fromkeys(each.name() for each in maps))
    assert names(made) == expected == list(known(made))
    assert [found.name() for _, found in states(made)] == expected
    assert [run.atlas_after for run in made.runs] == [each.name() for each in maps[1::2]]


def test_a_state_may_span_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlases, "GROUP_ROWS", 3)
    made = result(tmp_path, grown(COUNTS))
    assert pq.ParquetFile(made.path / ATLASES).num_row_groups > 2
    assert len(names(made)) == 3


@pytest.mark.parametrize("made", [1, None])
def test_a_result_without_atlases_has_none(tmp_path: Path, made: int | None) -> None:
    without = page_cost_result(tmp_path, blocks=1, made=made)
    assert (list(states(without)), known(without)) == ([], {})


def rewritten(made: Result, change: Change, index: object = None) -> Result:
    """Write atlases.parquet anew, changed, and seal it again."""
    path = made.path / ATLASES
    with pq.ParquetFile(path) as file:
        table, told = change(file.read()), json.loads(file.metadata.metadata[INDEX])
    with pq.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({INDEX: json.dumps(index(told) if callable(index) else told).encode()})
    seal = json.loads((made.path / "seal.json").read_text())
    seal["sha256"][ATLASES] = digest(path)
    (made.path / "seal.json").write_text(json.dumps(seal))
    return load(made.path)


def put(name: str, place: int, value: object) -> Change:
    """Return a change of one value."""

    def change(table: pa.Table) -> pa.Table:
        values = table[name].to_pylist()
        values[place] = value
        at = table.schema.get_field_index(name)
        return table.set_column(at, SCHEMA.field(name), pa.array(values, SCHEMA.field(name).type))

    return change


CHANGES: dict[str, Change] = {
    "a row less": lambda table: table.slice(0, table.num_rows - 1),
    "no rows": lambda table: table.slice(0, 0),
    "rows twice": lambda table: pa.concat_tables([table, table]),
    "another order": lambda table: table.take(list(range(table.num_rows))[::-1]),
    "a column less": lambda table: table.drop_columns(["flags"]),
    "other columns": lambda table: table.rename_columns(["atlas", "first_page", "pages", "level", "flag"]),
    "words": lambda table: table.set_column(1, "first_page", pa.array(["x"] * table.num_rows)),
    "a gap": put("pages", 0, None),
    "a negative length": put("pages", 0, -1),
    "a huge length": put("pages", 0, (1 << 63) - 1),
    "a negative place": put("first_page", 1, -5),
    "a level beyond": put("level", 0, 9),
    "a negative level": put("level", 0, -1),
    "negative flags": put("flags", 0, -128),
    "another flag": put("flags", 0, 3),
    "an atlas without a name": put("atlas", -1, 77),
    "a negative atlas": put("atlas", 0, -1),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_rows_that_were_changed_are_refused(tmp_path: Path, change: Change) -> None:
    made = rewritten(result(tmp_path, grown(COUNTS)), change)
    with pytest.raises(LabError, match="atlases-damaged"):
        list(states(made))


def swapped(told: dict[str, list[object]]) -> object:
    return {"states": told["states"][::-1]}


def shorter(told: dict[str, list[object]]) -> object:
    return {"states": told["states"][:-1]}


def longer(told: dict[str, list[object]]) -> object:
    return {"states": told["states"] * 2}


def renamed(told: dict[str, list[dict[str, object]]]) -> object:
    return {"states": [{**state, "sha256": "0" * 64} for state in told["states"]]}


def elsewhere(told: dict[str, list[dict[str, object]]]) -> object:
    return {"states": [{**state, "end_page": 1 << 50} for state in told["states"]]}


@pytest.mark.parametrize("index", [swapped, shorter, longer, renamed, elsewhere, lambda told: {}, lambda told: 7])
def test_names_that_were_changed_are_refused(tmp_path: Path, index: object) -> None:
    made = rewritten(result(tmp_path, grown(COUNTS)), lambda table: table, index)
    with pytest.raises(LabError, match=r"atlases-damaged|result-unreadable"):
        list(states(made))


@pytest.mark.parametrize("data", [b"", b"PAR1", b"not parquet at all" * 100])
def test_a_file_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    made = result(tmp_path, grown(COUNTS))
    (made.path / ATLASES).write_bytes(data)
    for read in (lambda: list(states(made)), lambda: known(made)):
        with pytest.raises(LabError, match="atlases-damaged"):
            read()


def test_a_file_without_names_is_refused(tmp_path: Path) -> None:
    made = result(tmp_path, grown(COUNTS))
    pq.write_table(pq.read_table(made.path / ATLASES), made.path / ATLASES)
    with pytest.raises(LabError, match="does not name its states"):
        known(made)


def test_an_unfinished_result_whose_chart_is_none_is_refused(tmp_path: Path) -> None:
    made = result(tmp_path, grown(COUNTS), sealed=False)
    (made.path / "raw" / "atlases").write_bytes(b"{}\n")
    with pytest.raises(LabError, match="result-unreadable"):
        list(states(made))


def test_states_are_atlases_that_can_be_asked(tmp_path: Path) -> None:
    (_, first), *_ = states(result(tmp_path, grown(COUNTS)))
    assert isinstance(first, Atlas) and first.find(0) is not None
