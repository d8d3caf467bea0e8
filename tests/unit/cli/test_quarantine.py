"""Quarantine: what a host sends is read to its end, confined, before it is believed."""

from __future__ import annotations

import json
import re
import resource
import shutil
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.error import LabError
from bench.fleet.answer import LONGEST, Answer
from bench.model.manifest import FORMAT
from bench.run.journal import SEAL, SEALED, SEALED_TOO, Journal, digest
from bench.run.publish import SCHEMA
from cli import quarantine
from cli.fleet import take_in, told
from cli.place import PUBLISHED, experiments
from cli.quarantine import Quarantine, examine

MIB = 1 << 20
Change = Callable[[Path], object]


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A copy of a published result that has readings, as a host has it."""
    current = [
        path
        for path in experiments(PUBLISHED)
        if Journal(path).manifest().format == FORMAT and pq.read_metadata(path / "samples.parquet").num_rows
    ]
    smallest = min(current, key=lambda path: sum(each.stat().st_size for each in path.iterdir()))
    target = tmp_path / "host" / smallest.parent.name / smallest.name
    target.mkdir(parents=True)
    for name in (*SEALED, *SEALED_TOO, SEAL):
        if (smallest / name).exists():
            shutil.copy(smallest / name, target)
    return target


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def pack(result: Path, target: Path, name: str = "") -> Path:
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(result.iterdir()):
            tar.add(path, f"{result.parent.name}/{name or result.name}/{path.name}")
    return target


def seal_again(result: Path) -> None:
    """Seal what was changed, as somebody does who forges."""
    seal = json.loads((result / "seal.json").read_text())
    seal["sha256"] = {name: digest(result / name) for name in seal["sha256"]}
    (result / "seal.json").write_text(json.dumps(seal) + "\n")


def test_sound_result_is_read_and_found_sound(result: Path, tmp_path: Path, into: Path) -> None:
    with Quarantine(64 * MIB) as quarantine:
        looked = quarantine.look(pack(result, tmp_path / "p.tar"), into)
    assert (looked.refused, [path.name for path in looked.sound]) == ((), [result.name])


def damage_samples(result: Path) -> None:
    path = result / "samples.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    seal_again(result)


def negative_readings(result: Path) -> None:
    path = result / "samples.parquet"
    table = pq.read_table(path)
    flipped = pa.array([-1] * table.num_rows, pa.int64())
    changed = table.set_column(table.schema.get_field_index("value"), "value", flipped).cast(SCHEMA)
    pq.write_table(changed, path)
    seal_again(result)


def break_atlases(result: Path) -> None:
    (result / "atlases.parquet").write_bytes(b"PAR1 no PAR1")
    seal = json.loads((result / "seal.json").read_text())
    seal["sha256"]["atlases.parquet"] = ""
    (result / "seal.json").write_text(json.dumps(seal))
    seal_again(result)


def no_date(result: Path) -> None:
    manifest = json.loads((result / "manifest.json").read_text())
    (result / "manifest.json").write_text(json.dumps(manifest | {"created": "yesterday"}))
    seal_again(result)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda result: (result / "seal.json").unlink(), "not finished"),
        (lambda result: (result / "runs.jsonl").write_text("{}\n"), "another checksum"),
        (lambda result: (result / "manifest.json").write_text("[" * 100_000), "manifest.json"),
        (damage_samples, "samples-unreadable"),
        (negative_readings, "samples-damaged"),
        (break_atlases, "atlases"),
        (no_date, "ValueError"),
    ],
    ids=["unsealed", "changed", "nested", "cut", "negative", "atlases", "date"],
)
def test_result_that_cannot_be_believed_is_named_with_the_reason(
    result: Path, tmp_path: Path, into: Path, change: Change, why: str
) -> None:
    change(result)
    looked = examine(pack(result, tmp_path / "p.tar"), into)
    assert looked.sound == ()
    (said,) = looked.refused
    assert said.startswith(f"{result.parent.name}/{result.name}: ")
    assert re.search(why, said), said


def test_result_under_another_name_than_its_own_is_refused(result: Path, tmp_path: Path, into: Path) -> None:
    other = result.name.replace(result.name[:8], "20200101")
    looked = examine(pack(result, tmp_path / "p.tar", other), into)
    assert "another name than its manifest" in looked.refused[0]


def swell(parcel: Path, into: Path) -> None:
    bytearray(8 << 30)


def spin(parcel: Path, into: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1, resource.RLIM_INFINITY))
    while True:
        pass


def test_parcel_that_takes_all_memory_or_time_is_refused_and_the_next_is_looked_at(
    result: Path, tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU)
    parcel, real = pack(result, tmp_path / "p.tar"), quarantine.examine
    with Quarantine(64 * MIB) as pen:
        for enemy in (swell, spin):
            monkeypatch.setattr(quarantine, "examine", enemy)
            with pytest.raises(LabError, match="too much memory or time"):
                pen.look(parcel, into)
        monkeypatch.setattr(quarantine, "examine", real)
        assert len(pen.look(parcel, into).sound) == 1
    assert (resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU)) == before


def raise_what_nobody_foresaw(parcel: Path, into: Path) -> None:
    raise RecursionError("\x1b[2J" + "x" * 10_000)


def test_whatever_reading_a_parcel_raises_is_a_short_reason_of_its_host(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "examine", raise_what_nobody_foresaw)
    with Quarantine(64 * MIB) as pen:
        parcel = pack(result, tmp_path / "p.tar")
        stood = take_in(Answer("a", "finished"), parcel, tmp_path / "draft", tmp_path / "fleet" / "a", pen)
    assert (stood.state, stood.slug) == ("refused", "parcel-refused")
    assert stood.text.startswith("RecursionError: ?[2Jxxx") and len(stood.text) <= LONGEST


def test_many_reasons_are_one_and_how_many_there_are_more() -> None:
    assert told(["a\nb"]) == "a b"
    assert told(["a", "b", "c"]) == "a (and 2 more)"
    assert len(told(["x" * 10_000] * 5_000)) < LONGEST + 20


def test_result_is_taken_in_once_whole_and_over_no_other(result: Path, tmp_path: Path) -> None:
    parcel, fleet = pack(result, tmp_path / "p.tar"), tmp_path / "fleet"
    pen = Quarantine(64 * MIB)
    stands = [
        take_in(Answer(name, "finished"), parcel, tmp_path / f"draft{n}", fleet / name, pen)
        for n, name in enumerate(("a", "a", "b"))
    ]
    assert [(each.state, each.results) for each in stands] == [("fetched", 1), ("fetched", 1), ("refused", 0)]
    assert "one host under two names" in stands[2].text
    kept = fleet / "a" / result.parent.name / result.name
    assert sorted(path.name for path in kept.iterdir()) == sorted(path.name for path in result.iterdir())
    assert not (fleet / "b").exists()
    (kept / "seal.json").write_text("{}")
    stood = take_in(Answer("a", "finished"), parcel, tmp_path / "draft9", fleet / "a", pen)
    pen.close()
    assert (stood.state, stood.slug) == ("refused", "parcel-refused")
    assert (kept / "seal.json").read_text() == "{}"


def test_parcel_larger_than_its_host_said_is_not_looked_at(result: Path, tmp_path: Path) -> None:
    parcel = pack(result, tmp_path / "p.tar")
    stood = take_in(Answer("a", "finished"), parcel, tmp_path / "draft", tmp_path / "fleet" / "a", Quarantine(1024))
    assert (stood.state, stood.text) == ("refused", "it is larger than 1024 bytes")


def test_parcel_that_did_not_come_whole_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "half.tar").write_bytes(b"half")
    said = Answer("a", "finished", parcel_text="Connection reset")
    stood = take_in(said, tmp_path / "half.tar", tmp_path / "draft", tmp_path / "fleet" / "a", Quarantine(MIB))
    assert (stood.state, stood.slug, stood.text) == ("not fetched", "parcel-missing", "Connection reset")
