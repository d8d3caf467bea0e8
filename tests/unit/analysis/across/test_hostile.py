"""Results that somebody else sent: what cannot be believed is left out and named, and nothing of it is obeyed."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.across.connection import connected
from analysis.across.source import Source, take
from analysis.across.survey import Survey, survey
from analysis.report import page
from analysis.report.across import document, text
from analysis.report.acrossfile import AcrossFile, across_file
from bench.run.journal import MANIFEST, RUNS, SAMPLES, SEAL, digest
from tests.unit.analysis.across.made import Truth, fleet, written

TRUTH = Truth()
Spoil = Callable[[Path], None]


def together(*paths: Path) -> Survey:
    with connected("duckdb") as engine:
        return survey(engine, map(take, paths))


def sealed_anew(folder: Path, **changes: object) -> None:
    """Seal a result as whoever forges one would: its checksums are right."""
    seal = json.loads((folder / SEAL).read_bytes())
    seal["sha256"] = {name: digest(folder / name) for name in seal["sha256"]}
    (folder / SEAL).write_text(json.dumps(seal | changes))


def changed(folder: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Put other samples in place of a result's, and seal them."""
    table = change(pq.read_table(folder / SAMPLES))
    pq.write_table(table, folder / SAMPLES)
    sealed_anew(folder)


def valued(table: pa.Table, values: np.ndarray) -> pa.Table:
    return table.set_column(table.schema.get_field_index("value"), "value", pa.array(values.astype(np.int64)))


def truncate(folder: Path) -> None:
    data = (folder / SAMPLES).read_bytes()
    (folder / SAMPLES).write_bytes(data[: len(data) // 2])
    sealed_anew(folder)


def scribble(folder: Path) -> None:
    """Leave the footer as it is, and nothing of the pages before it."""
    data = bytearray((folder / SAMPLES).read_bytes())
    data[4 : len(data) // 3] = b"\xff" * (len(data) // 3 - 4)
    (folder / SAMPLES).write_bytes(bytes(data))
    sealed_anew(folder)


def other_type(folder: Path) -> None:
    changed(folder, lambda t: t.set_column(4, "value", pa.array(["1; DROP TABLE plan"] * len(t))))


def no_column(folder: Path) -> None:
    changed(folder, lambda table: table.drop_columns(["metric"]))


def fewer_rows(folder: Path) -> None:
    changed(folder, lambda table: table.slice(1))


def negative(folder: Path) -> None:
    changed(folder, lambda table: valued(table, -table["value"].to_numpy()))


def beyond(folder: Path) -> None:
    changed(folder, lambda table: valued(table, np.full(len(table), (1 << 63) - 1)))


def moved(folder: Path) -> None:
    """Give every reading to the first run."""
    changed(folder, lambda table: table.set_column(0, "run", pa.array(np.zeros(len(table), np.int32))))


def with_gaps(folder: Path) -> None:
    changed(folder, lambda table: table.set_column(4, "value", pa.array([None] * len(table), pa.int64())))


def unsealed(folder: Path) -> None:
    (folder / SEAL).unlink()


def unlike_its_seal(folder: Path) -> None:
    (folder / RUNS).write_bytes((folder / RUNS).read_bytes() + b"\n")


def deep(folder: Path) -> None:
    (folder / MANIFEST).write_text("[" * 100_000)


def emulated(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["environment"]["cpu"] = "QEMU TCG CPU version 2.5+"
    (folder / MANIFEST).write_text(json.dumps(manifest))
    sealed_anew(folder)


def a_pipe(folder: Path) -> None:
    (folder / SAMPLES).unlink()
    os.mkfifo(folder / SAMPLES)


SPOILS = {
    truncate: "samples-unreadable",
    scribble: "samples-unreadable",
    other_type: "samples-unreadable",
    no_column: "samples-unreadable",
    fewer_rows: "samples-damaged",
    negative: "samples-damaged",
    beyond: "samples-unreadable",
    moved: "samples-damaged",
    with_gaps: "samples-damaged",
    unsealed: "result-unfinished",
    unlike_its_seal: "result-damaged",
    deep: "result-unreadable",
    emulated: "emulated",
    a_pipe: "result-damaged",
}


@pytest.mark.parametrize(("spoil", "slug"), SPOILS.items(), ids=[spoil.__name__ for spoil in SPOILS])
def test_bad_result_is_left_out_with_its_reason_and_the_others_are_not(tmp_path: Path, spoil: Spoil, slug: str) -> None:
    paths = [written(tmp_path, host, TRUTH, blocks=2).path for host in fleet(TRUTH, 3, 1)]
    whole = together(paths[0], paths[2])
    spoil(paths[1])
    found = together(*paths)
    [left_out] = found.skipped
    assert left_out.path == paths[1]
    assert left_out.why.endswith(f"[{slug}]")
    assert "\n" not in left_out.why and len(left_out.why) < 400
    assert found.machines == whole.machines
    assert found.effects == whole.effects


@pytest.mark.parametrize("name", ["*", "a?", "[b]", "{c,d}", "e\\f"])
def test_folder_that_engines_would_take_for_others_is_left_out(tmp_path: Path, name: str) -> None:
    first, second = (written(tmp_path, host, TRUTH, blocks=2).path.parent.parent for host in fleet(TRUTH, 2, 1))
    moved = second.rename(second.with_name(name))
    found = together(first / "page_cost" / "one", moved / "page_cost" / "one")
    assert len(found.machines) == 1
    assert found.skipped[0].why.endswith("[result-unreadable]")


@pytest.mark.parametrize("name", ["with space", "a+b", "50%", "%41", "ü, '\"; --", "a\nb", "file:x"])
def test_folder_of_any_other_name_is_read(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, next(fleet(TRUTH, 1, 1)), TRUTH, blocks=2).path.parent.parent
    moved = path.rename(path.with_name(name))
    found = together(moved / "page_cost" / "one")
    assert (found.skipped, len(found.machines), len(found.effects)) == ((), 1, 2)


def test_copy_of_a_result_counts_once(tmp_path: Path) -> None:
    first = written(tmp_path / "a", next(fleet(TRUTH, 1, 1)), TRUTH, blocks=2).path
    second = written(tmp_path / "b", next(fleet(TRUTH, 1, 1)), TRUTH, blocks=2).path
    found = together(first, second)
    assert len(found.machines) == 1
    assert [each.path for each in found.skipped] == [second]
    assert found.skipped[0].why.endswith("[result-copied]")


def test_names_that_a_host_made_up_are_shown_as_text_alone(tmp_path: Path) -> None:
    evil = "\x1b[31m<script>alert(1)</script>$\\frac{" + "x" * 500
    found = []
    for number, host in enumerate(fleet(TRUTH, 6, 1)):
        named = host.environment.model_copy(update={"cpu": f"{number}{evil}", "kernel": evil, "virtualisation": evil})
        found.append(written(tmp_path, dataclasses.replace(host, environment=named), TRUTH, blocks=3).path)
    folder = tmp_path / "\x1b[2J<b>"
    folder.mkdir()
    (folder / MANIFEST).write_text("{}")
    made = together(*found, folder)
    assert len(made.machines) == 6 and len(made.skipped) == 1
    shown, html = text(made), page.write(document(made))
    assert "\x1b" not in shown and max(map(len, shown.splitlines())) <= 100
    assert "<script>alert" not in html and "<b>" not in html
    assert AcrossFile.model_validate_json(across_file(made).model_dump_json()).results == 6


def test_result_without_claims_says_nothing_and_is_no_error(tmp_path: Path) -> None:
    host = next(fleet(TRUTH, 1, 1))
    path = written(tmp_path, host, TRUTH, blocks=2).path
    manifest = json.loads((path / MANIFEST).read_bytes())
    manifest["experiment"]["claims"] = []
    (path / MANIFEST).write_text(json.dumps(manifest))
    sealed_anew(path)
    source = take(path)
    assert isinstance(source, Source) and source.questions == ()
    found = together(path)
    assert (found.skipped, found.effects, len(found.machines)) == ((), (), 1)
