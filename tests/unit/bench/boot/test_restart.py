"""A reboot: asked of whoever started the machine, and its refusal said."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.boot.restart import reboot
from bench.error import LabError


@pytest.fixture(autouse=True)
def bin_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Give a PATH on which nothing reboots this machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    before = signal.getsignal(signal.SIGTERM)
    yield folder
    signal.signal(signal.SIGTERM, before)


def script(path: Path, status: int = 0) -> None:
    path.write_text(f'#!/bin/sh\necho "${{0##*/}} $*" >"{path.parent}/called"\necho refused >&2\nexit {status}\n')
    path.chmod(0o755)


def test_systemd_is_asked_where_it_runs_and_reboot_elsewhere(bin_folder: Path, tmp_path: Path) -> None:
    script(bin_folder / "systemctl")
    script(bin_folder / "reboot")
    reboot(tmp_path)
    assert (bin_folder / "called").read_text() == "reboot \n"
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    reboot(tmp_path)
    assert (bin_folder / "called").read_text() == "systemctl reboot\n"


def test_a_refusal_is_said(bin_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LabError, match="there is no reboot"):
        reboot(tmp_path)
    script(bin_folder / "reboot", 1)
    with pytest.raises(LabError, match=r"refused; reboot by hand \[boot-refused\]"):
        reboot(tmp_path)
