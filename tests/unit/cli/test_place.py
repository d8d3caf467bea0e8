"""What can be gone on with: results without a seal, the first begun first."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.error import LabError
from cli import place


def begun(folder: Path, day: int) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(f'{{"created": "2026-11-{day}T00:00:00+00:00"}}')
    return folder


def test_unfinished_are_all_without_a_seal_the_first_begun_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    new, one = begun(tmp_path / "page_cost/new", 29), begun(tmp_path / "secret_life/one", 28)
    (begun(tmp_path / "page_cost/old", 27) / "seal.json").touch()
    assert place.unfinished("all") == [one, new]
    assert place.unfinished("page_cost") == [new]
    assert place.unfinished(str(tmp_path / "page_cost/old")) == [tmp_path / "page_cost/old"]
    (new / "seal.json").touch()
    assert place.unfinished("all") == [one]
    with pytest.raises(LabError, match="nothing-to-resume"):
        place.unfinished("page_cost")
