"""An arrival takes its place whole, once, and over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.error import LabError
from bench.fleet.arrival import keep


def result(folder: Path, seal: str) -> Path:
    found = folder / "copies" / "one"
    found.mkdir(parents=True)
    (found / "seal.json").write_text(seal)
    return found


def test_result_is_moved_once(tmp_path: Path) -> None:
    assert keep(result(tmp_path / "1", "s"), tmp_path / "fleet" / "a")
    assert not (tmp_path / "1" / "copies" / "one").exists()
    assert not keep(result(tmp_path / "2", "s"), tmp_path / "fleet" / "a")
    assert (tmp_path / "fleet/a/copies/one/seal.json").read_text() == "s"


def test_another_result_of_that_name_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    keep(result(tmp_path / "1", "s"), tmp_path / "fleet" / "a")
    with pytest.raises(LabError, match="is there already, and is another"):
        keep(result(tmp_path / "2", "t"), tmp_path / "fleet" / "a")
    assert (tmp_path / "fleet/a/copies/one/seal.json").read_text() == "s"


def test_same_result_from_two_hosts_is_refused_and_another_of_its_name_is_not(tmp_path: Path) -> None:
    keep(result(tmp_path / "1", "s"), tmp_path / "fleet" / "a")
    with pytest.raises(LabError, match="a has sent the same result"):
        keep(result(tmp_path / "2", "s"), tmp_path / "fleet" / "b")
    assert keep(result(tmp_path / "3", "t"), tmp_path / "fleet" / "b")


def test_place_that_cannot_be_written_is_no_fault_of_the_host(tmp_path: Path) -> None:
    (tmp_path / "fleet").write_text("")
    with pytest.raises(LabError, match="results-unwritable"):
        keep(result(tmp_path / "1", "s"), tmp_path / "fleet" / "a")
