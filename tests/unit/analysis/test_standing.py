"""Standing: the newest usable validation of the same machine stands, and what is hostile or broken is a note."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from analysis.load import Result
from analysis.standing import Standing, standings
from tests.unit.analysis.delayed import validation
from tests.unit.analysis.plots.made import page_cost_result
from tests.unit.bench.run.fake import environment

OLD, NEW = "2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00"
ELSEWHERE = environment().model_copy(update={"boot": "ffff0000"})


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return page_cost_result(tmp_path / "report", blocks=2)


def made(folder: Path, created: str = NEW, **of: object) -> Path:
    return validation(folder, blocks=1, created=created, **of).path


def of(result: Result, *folders: Path) -> Standing:
    (found,) = standings(folders, [result])
    return found


def test_newest_validation_of_the_machine_stands(result: Result, tmp_path: Path) -> None:
    found = of(result, made(tmp_path / "new"), made(tmp_path / "old", OLD))
    assert found.validation and found.validation.manifest.created == NEW
    assert found.notes == () and found.kernels == ("6.18.0",)


def test_without_one_nothing_stands(result: Result, tmp_path: Path) -> None:
    assert of(result) == of(result, tmp_path / "page_cost" / "two") == Standing("tester", ("6.18.0",), None, ())


def test_validation_of_another_machine_does_not_stand(result: Result, tmp_path: Path) -> None:
    other = made(tmp_path / "other", machine="else", environment=ELSEWHERE)
    assert of(result, other).validation is None


def test_machine_that_was_named_by_hand_is_known_by_its_boot(result: Result, tmp_path: Path) -> None:
    assert of(result, made(tmp_path / "named", machine="mine")).validation


def test_boot_that_nobody_knows_makes_no_machine_the_same(tmp_path: Path) -> None:
    nowhere = environment().model_copy(update={"boot": ""})
    result = page_cost_result(tmp_path / "report", blocks=2, environment=nowhere)
    assert of(result, made(tmp_path / "other", machine="else", environment=nowhere)).validation is None


def test_validation_among_the_results_stands(tmp_path: Path) -> None:
    result = validation(tmp_path, blocks=1)
    assert of(result).validation


def test_every_machine_has_its_own(result: Result, tmp_path: Path) -> None:
    there = page_cost_result(tmp_path / "there", blocks=2, machine="else", environment=ELSEWHERE)
    found = standings([made(tmp_path / "new")], [result, there, result])
    assert [(each.machine, each.validation is not None) for each in found] == [("tester", True), ("else", False)]


def test_emulated_or_unfinished_one_is_a_note_and_an_older_one_stands(result: Result, tmp_path: Path) -> None:
    tcg = environment().model_copy(update={"cpu": "QEMU TCG CPU version 2.5+"})
    open_one = validation(tmp_path / "open", blocks=1, created=NEW, made=10).path
    found = of(result, made(tmp_path / "old", OLD), made(tmp_path / "tcg", environment=tcg), open_one)
    assert found.validation and found.validation.manifest.created == OLD
    assert [note.slug for note in found.notes] == ["validation-unusable"] * 2
    assert {"emulated" in note.text or "not finished" in note.text for note in found.notes} == {True}


@pytest.mark.parametrize("name", ["manifest.json", "runs.jsonl", "samples.parquet", "seal.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\x00", b"[" * 100_000])
def test_file_that_is_not_what_it_was_is_a_note(result: Result, tmp_path: Path, name: str, content: bytes) -> None:
    path = made(tmp_path / "new")
    (path / name).write_bytes(content)
    found = of(result, path)
    assert found.validation is None and [note.slug for note in found.notes] == ["validation-unusable"]
    assert str(tmp_path) not in found.notes[0].text


def test_other_experiment_in_the_place_of_a_validation_does_not_stand(result: Result, tmp_path: Path) -> None:
    place = tmp_path / "results" / "validation" / "one"
    shutil.copytree(result.path, place)
    assert of(result, place) == Standing("tester", ("6.18.0",), None, ())


def test_validation_whose_date_is_nonsense_is_read_all_the_same(result: Result, tmp_path: Path) -> None:
    assert of(result, made(tmp_path / "new", created="yesterday <script>")).validation


def test_folder_of_a_newer_lab_is_a_note(result: Result, tmp_path: Path) -> None:
    path = made(tmp_path / "new")
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps(manifest | {"format": 99}))
    assert "newer lab" in of(result, path).notes[0].text
