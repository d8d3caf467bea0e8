"""The unit: written and enabled, as systemd itself reads it, and gone without a trace."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bench.boot.service import UNIT, is_there, removed, written
from bench.error import LabError


def root(folder: Path) -> Path:
    (folder / "run/systemd/system").mkdir(parents=True)
    (folder / "etc/systemd/system/multi-user.target.wants").mkdir(parents=True)
    return folder


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_it_is_there_until_it_is_removed(tmp_path: Path) -> None:
    here = root(tmp_path)
    before = files(here)
    unit = written(Path("/lab"), Path("/lab/results/local/boots/one"), Path("/lab/results/local"), here)
    assert is_there(here) and (here / "etc/systemd/system/multi-user.target.wants" / UNIT).resolve() == unit
    written(Path("/lab"), Path("/lab/results/local/boots/one"), Path("/lab/results/local"), here)
    assert removed(here) and files(here) == before
    assert not removed(here) and not is_there(here)


def test_there_is_none_without_systemd_nor_for_a_path_that_it_would_misread(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="boot-no-systemd"):
        written(Path("/lab"), Path("/s"), Path("/r"), tmp_path)
    here = root(tmp_path)
    before = files(here)
    for path in ("/my lab", "/100%"):
        with pytest.raises(LabError, match="cannot stand in a unit"):
            written(Path(path), Path("/s"), Path("/r"), here)
    assert files(here) == before


@pytest.mark.optional("systemd-analyze comes with systemd, which a container lacks")
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    checkout = tmp_path / "lab-checkout"
    checkout.mkdir()
    (checkout / "lab").write_text("#!/bin/sh\n")
    (checkout / "lab").chmod(0o755)
    unit = written(checkout, tmp_path / "series", tmp_path / "results", root(tmp_path / "root"))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if UNIT in line]
    assert (done.returncode, ours) == (0, [])
