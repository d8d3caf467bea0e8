"""Places: what a person typed is found, or it is said what it is not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from analysis import place
from bench.error import LabError


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    monkeypatch.setattr(place, "PUBLISHED", tmp_path / "published")
    for age, name in enumerate(("page_cost/new", "secret_life/one", "page_cost/old")):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({"created": f"2026-11-2{9 - age}T00:00:00+00:00"}))
        os.utime(folder / "manifest.json", (1000 + age, 1000 + age))  # as after a checkout
    (tmp_path / "page_cost/old/seal.json").touch()
    return tmp_path


def test_a_name_is_its_newest_result_and_a_path_is_itself(results: Path) -> None:
    assert place.find("page_cost") == results / "page_cost/new"
    assert place.find(str(results / "page_cost/old")) == results / "page_cost/old"


def test_newest_is_one_of_each_experiment(results: Path) -> None:
    assert place.newest() == (results / "page_cost/new", results / "secret_life/one")


def test_published_results_do_not_mix_with_those_of_this_machine(results: Path) -> None:
    (results / "published/online_cpus/theirs").mkdir(parents=True)
    (results / "published/online_cpus/theirs/manifest.json").write_text("{}")
    assert place.newest() == (results / "page_cost/new", results / "secret_life/one")


def test_a_mistyped_name_is_answered_with_the_nearest(results: Path) -> None:
    with pytest.raises(LabError, match="did you mean page_cost"):
        place.find("page_cots")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("online_cpus", "no result yet"),
        ("nonsense", "no such folder"),
        (".", "has no manifest.json"),
        ("", "an empty name is no result"),
    ],
)
def test_what_is_no_result_is_told_apart(results: Path, wanted: str, words: str) -> None:
    with pytest.raises(LabError, match=words):
        place.find(wanted)


def test_no_result_at_all_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    monkeypatch.setattr(place, "PUBLISHED", tmp_path / "published")
    with pytest.raises(LabError, match=r"\./lab run"):
        place.newest()


def test_a_path_is_seen_from_the_checkout_too(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "CHECKOUT", results)
    assert place.find("page_cost/old") == results / "page_cost/old"
