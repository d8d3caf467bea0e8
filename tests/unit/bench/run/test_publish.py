"""Sealing: the samples come out as they went in, and a kill in the middle costs nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bench.error import LabError
from bench.run.conduct import conduct
from bench.run.journal import Journal, digest
from bench.run.plan import make_plan
from bench.run.publish import archive, brief, drop_raw, pack, seal
from tests.unit.bench.run.fake import READINGS, FakeExecutor, experiment, manifest

EXPERIMENT = experiment("anonymous", "secret", blocks=3)
PLAN = make_plan(EXPERIMENT, 7)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal.create(tmp_path / "page_cost" / "one", manifest(EXPERIMENT))
    conduct(PLAN, FakeExecutor(), made, dict, lambda run: None)
    return made


def test_samples_come_out_as_they_went_in(journal: Journal) -> None:
    seal(journal)
    table = pq.read_table(journal.folder / "samples.parquet").to_pylist()
    expected = [
        {"run": trial.index, "metric": "first_touch", "thread": 0, "seq": n, "value": ns}
        for trial in PLAN
        for n, ns in enumerate(READINGS)
    ]
    assert table == expected


def test_seal_holds_the_checksum_of_every_file_and_the_raw_files_are_gone(journal: Journal) -> None:
    made = seal(journal)
    assert made == journal.seal()
    assert made.runs == len(PLAN) and made.readings == len(PLAN) * len(READINGS)
    assert made.sha256 == {name: digest(journal.folder / name) for name in made.sha256}
    assert sorted(p.name for p in journal.folder.iterdir()) == sorted(["seal.json", *made.sha256])


def test_seal_may_be_repeated_after_a_kill_before_it_was_written(journal: Journal) -> None:
    first = seal_without_cleaning(journal)
    second = seal(journal)
    assert first == second.sha256


def seal_without_cleaning(journal: Journal) -> dict[str, str]:
    """Pack, as a seal does that is killed before it is written."""
    pack(journal, tuple(map(brief, journal.each_run())))
    return {name: digest(journal.folder / name) for name in ("manifest.json", "runs.jsonl", "samples.parquet")}


def test_a_raw_file_that_changed_is_not_packed(journal: Journal) -> None:
    raw = journal.raw(2)
    raw.write_bytes(raw.read_bytes()[::-1])
    with pytest.raises(LabError, match=r"2\.u64 is not what run 2 wrote"):
        seal(journal)
    assert not journal.sealed() and raw.exists()


def test_archive_copies_a_sealed_result_and_never_overwrites(journal: Journal, tmp_path: Path) -> None:
    published = tmp_path / "published"
    with pytest.raises(LabError, match="not finished"):
        archive(journal.folder, published)
    seal(journal)
    target = archive(journal.folder, published)
    assert target == published / "page_cost" / "one"
    assert json.loads((target / "seal.json").read_text()) == json.loads((journal.folder / "seal.json").read_text())
    with pytest.raises(LabError, match="never overwritten"):
        archive(journal.folder, published)


def test_a_full_disk_while_sealing_is_said_plainly_and_costs_nothing(journal: Journal) -> None:
    draft = journal.folder / "samples.parquet.draft"
    draft.symlink_to("/dev/full")
    with pytest.raises(LabError, match=r"samples\.parquet: .*No space left on device.*\[results-unwritable\]"):
        seal(journal)
    assert not draft.is_symlink() and not journal.sealed()
    assert seal(journal).readings == len(PLAN) * len(READINGS)


def test_an_archive_that_finds_no_room_leaves_no_half_copy(journal: Journal, tmp_path: Path) -> None:
    seal(journal)
    (journal.folder / "report.html").symlink_to(tmp_path / "nowhere")
    with pytest.raises(LabError, match="results-unwritable"):
        archive(journal.folder, tmp_path / "published")
    assert list((tmp_path / "published").rglob("*.json")) == []


def test_raw_files_that_a_kill_after_the_seal_left_are_dropped(journal: Journal) -> None:
    drop_raw(journal)
    assert journal.raw(0).exists()  # not sealed yet
    kept = shutil.copytree(journal.folder / "raw", journal.folder.with_name("kept"))
    seal(journal)
    kept.rename(journal.folder / "raw")
    drop_raw(journal)
    assert not (journal.folder / "raw").exists()
