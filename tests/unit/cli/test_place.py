"""Places: what a person typed is found, or it is said what it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.error import LabError
from cli import place


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    monkeypatch.setattr(place, "PUBLISHED", tmp_path / "published")
    for age, name in enumerate(("page_cost/new", "secret_life/one", "page_cost/old")):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").touch()
        os.utime(folder / "manifest.json", (1000 - age, 1000 - age))
    (tmp_path / "page_cost/old/seal.json").touch()
    return tmp_path


def test_a_name_is_its_newest_result_and_a_path_is_itself(results: Path) -> None:
    assert place.find("page_cost") == results / "page_cost/new"
    assert place.find(str(results / "page_cost/old")) == results / "page_cost/old"


def test_newest_is_one_of_each_experiment(results: Path) -> None:
    assert place.newest() == (results / "page_cost/new", results / "secret_life/one")


def test_unfinished_is_the_newest_without_a_seal(results: Path) -> None:
    assert place.unfinished("newest") == results / "page_cost/new"
    (results / "page_cost/new/seal.json").touch()
    assert place.unfinished("newest") == results / "secret_life/one"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("online_cpus", "no result yet"), ("nonsense", "no such folder"), (".", "has no manifest.json")],
)
def test_what_is_no_result_is_told_apart(results: Path, wanted: str, words: str) -> None:
    with pytest.raises(LabError, match=words):
        place.find(wanted)


def test_no_result_at_all_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    monkeypatch.setattr(place, "PUBLISHED", tmp_path / "published")
    with pytest.raises(LabError, match=r"\./lab run"):
        place.newest()
