"""archive: only what is whole, and readable by this version, is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.error import LabError
from cli.command import archive
from tests.unit.analysis.synthetic import run
from tests.unit.bench.run.fake import FakeExecutor, experiment


@pytest.fixture
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(archive, "PUBLISHED", tmp_path / "published")
    return run(tmp_path / "local", experiment("secret"), FakeExecutor()).path


def ask(folder: Path) -> None:
    archive.command.main([str(folder)], standalone_mode=False)


def test_a_whole_result_is_published_under_its_experiment(result: Path, tmp_path: Path) -> None:
    ask(result)
    assert (tmp_path / "published" / "page_cost" / result.name / "seal.json").exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "slug"),
    [
        ("samples.parquet", b"PAR1", b"PAR2", "result-damaged"),
        ("manifest.json", b'"format":2', b'"format":99', "result-newer"),
    ],
)
def test_a_damaged_or_newer_result_is_not_published(result, tmp_path, name, old, new, slug) -> None:
    path = result / name
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(LabError, match=slug):
        ask(result)
    assert not (tmp_path / "published").exists()
