"""A folder takes a place whole, also where the file system knows no exchange."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from bench.error import LabError
from cli import swap


def fill(target: Path, text: str) -> None:
    with swap.building(target) as draft:
        (draft / "file").write_text(text)


def no_exchange(one: Path, other: Path) -> None:
    raise OSError(errno.EINVAL, "Invalid argument")


@pytest.mark.parametrize("exchange", [swap.exchange, no_exchange], ids=["exchange", "no exchange"])
def test_a_folder_takes_the_place_of_another(tmp_path: Path, monkeypatch, exchange) -> None:
    monkeypatch.setattr(swap, "exchange", exchange)
    fill(tmp_path / "a" / "site", "old")
    fill(tmp_path / "a" / "site", "new")
    assert (tmp_path / "a" / "site" / "file").read_text() == "new"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["site"]


def test_a_folder_that_is_not_filled_takes_no_place(tmp_path: Path) -> None:
    fill(tmp_path / "site", "old")
    with pytest.raises(ZeroDivisionError), swap.building(tmp_path / "site") as draft:
        (draft / "file").write_text(str(1 / 0))
    assert (tmp_path / "site" / "file").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_disk_that_does_not_take_it_is_an_error_of_one_line(tmp_path: Path, monkeypatch) -> None:
    def full(one: Path, other: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fill(tmp_path / "site", "old")
    monkeypatch.setattr(swap, "exchange", full)
    with pytest.raises(LabError, match="No space left"):
        fill(tmp_path / "site", "new")
    assert (tmp_path / "site" / "file").read_text() == "old"
