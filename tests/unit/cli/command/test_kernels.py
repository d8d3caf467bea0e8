"""kernels: what is listed, what is refused with what is near, and a machine without qemu from end to end."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import click
import pytest

from bench.error import LabError
from bench.guest.matrixfile import read_matrix
from bench.guest.sight import CHECKS
from cli.command import kernels


def call(*words: str) -> int:
    """Return the status of a call."""
    return int(kernels.command.main([*words], standalone_mode=False) or 0)


def test_every_cell_of_the_committed_matrix_is_listed_with_what_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    call("list")
    said = capsys.readouterr().out
    for cell in read_matrix(kernels.DEFAULT).cells:
        assert f"\n{cell.name}: " in f"\n{said}"
    assert (
        "secretmem.enable=0" in said and "expected: " in said and "linux-image-cloud-arm64 of trixie, aarch64" in said
    )


def test_what_may_be_expected_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    call("list", "--checks")
    said = capsys.readouterr().out
    assert all(f"{name}: {check.meaning}\n  {' '.join(check.words)}\n" in said for name, check in CHECKS.items())


def test_cell_that_is_none_is_answered_with_what_is_near() -> None:
    with pytest.raises(click.BadParameter, match=r"no cell '6\.12-of'; did you mean '6\.12-off'"):
        call("run", "--cell", "6.12-of")


def test_without_qemu_all_is_written_down_shown_again_and_the_status_says_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kernels, "held", contextlib.nullcontext)
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    assert call("run", "--cell", "6.12-off", "--cell", "6.12-arm64") == 1
    seen = capsys.readouterr()
    assert "2 of 2: 6.12-arm64 FAILED" in seen.err and "apt-get install" in seen.out
    call("show")
    assert "2 cells: 2 failed" in capsys.readouterr().out
    call("show", "--json")
    told = json.loads(capsys.readouterr().out)
    assert [cell["notes"][0]["slug"] for cell in told["cells"]] == ["emulator-missing"] * 2


def test_nothing_to_show_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    with pytest.raises(LabError, match="no-matrix"):
        call("show")
