"""A matrix on a machine that lacks something: each cell says what, the next one follows, all of it is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.error import LabError
from bench.guest.matrix import Matrix
from bench.guest.matrixfile import read_matrix
from bench.guest.record import CellReport, read_report
from bench.guest.session import Session

TEXT = """
format = 1
[kernel.gone]
path = "nowhere/vmlinuz"
[kernel.packaged]
package = "linux-image-none"
[[cell]]
name = "one"
kernel = "gone"
[[cell]]
name = "two"
kernel = "packaged"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "matrix.toml"
    path.write_text(TEXT)
    return path


def run(file: Path, folder: Path, told: list[CellReport]) -> Matrix:
    matrix = read_matrix(file)
    Session(matrix, file, folder, "tcg").run(matrix.cells, told.append)
    return matrix


def programs(folder: Path, *names: str) -> str:
    """Return a folder that holds programs of some names alone."""
    folder.mkdir()
    for name in names:
        (folder / name).write_text("#!/bin/false\n")
        (folder / name).chmod(0o755)
    return str(folder)


def slugs(report: list[CellReport]) -> list[str]:
    return [note.slug for cell in report for note in cell.notes]


def test_without_qemu_every_cell_says_so(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", programs(tmp_path / "bin"))
    told: list[CellReport] = []
    run(file, tmp_path / "out", told)
    assert [(cell.name, cell.status) for cell in told] == [("one", "failed"), ("two", "failed")]
    assert slugs(told) == ["emulator-missing"] * 2 and "qemu-system-x86" in told[0].notes[0].remedy
    assert list(read_report(tmp_path / "out").cells) == told and not read_report(tmp_path / "out").ok


def test_without_the_kernel_its_cell_fails_and_the_next_follows(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", programs(tmp_path / "bin", "qemu-system-x86_64"))
    told: list[CellReport] = []
    run(file, tmp_path / "out", told)
    assert slugs(told) == ["kernel-missing", "kernel-package-missing"]
    assert "nowhere/vmlinuz cannot be read" in told[0].notes[0].text


def test_folder_of_another_matrix_is_not_overwritten(file: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(LabError, match="there already"):
        run(file, tmp_path / "out", [])


def test_folder_without_a_matrix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="holds no matrix"):
        read_report(tmp_path)
