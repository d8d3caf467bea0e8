"""A state in a file: read as it was written, or refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.error import LabError
from cli.document import read_state, write
from tests.unit.workloads.mapped import GIB_PAGES, atlas

MAP = atlas("1G", "4K:500", "gone:12", f"2M:{GIB_PAGES - 512}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "map.json"
    write(written, MAP, {"DirectMap4k": 4096})
    return written


def test_a_state_is_read_as_it_was_written(path: Path) -> None:
    assert read_state(path).name() == MAP.name() and read_state(path).facts == MAP.facts


def test_a_dash_is_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path("-"), MAP, {})
    assert json.loads(capsys.readouterr().out)["state"]["sha256"] == MAP.name()


def test_no_address_of_the_kernel_is_written(path: Path) -> None:
    told = json.loads(path.read_text())
    assert all(first < 1 << 40 for first, *_ in told["stretches"])


CHANGES: list[dict[str, Any]] = [
    {"format": 2}, {"format": None}, {"news": 1}, {"stretches": []}, {"stretches": [[0, 1, 1]]}, {"stretches": 7},
    {"stretches": [[0, 512, 1, 11]]}, {"stretches": [[0, 512, 1, -11]]}, {"stretches": [[0, 1 << 70, 1, 11]]},
    {"stretches": [[5, 512, 1, 11]]}, {"stretches": [[0, "x", 1, 11]]}, {"stretches": [[0, 512, -1, 0]]},
    {"state": {}}, {"state": None},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_file_that_was_changed_is_refused(path: Path, change: dict[str, Any]) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(LabError, match=r"atlas-unreadable|result-unreadable"):
        read_state(path)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 10_000, b"null"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "map.json"
    path.write_bytes(data)
    with pytest.raises(LabError, match="result-unreadable"):
        read_state(path)


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="results-unwritable"):
        write(tmp_path / "no" / "map.json", MAP, {})
