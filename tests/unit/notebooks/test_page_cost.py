"""The notebook runs from its first cell to its last, on a result that it did not choose itself."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.unit.analysis.plots.made import page_cost_result

NOTEBOOK = Path(__file__).resolve().parents[3] / "notebooks" / "page_cost.py"


def test_notebook_runs_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(NOTEBOOK.parent)
    monkeypatch.setenv("LAB_RESULT", str(page_cost_result(tmp_path, blocks=2).path))
    runpy.run_path(str(NOTEBOOK))
    assert "the first page " in capsys.readouterr().out
