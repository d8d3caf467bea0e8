"""Files of /proc and /sys are read whole, and what cannot be read is empty."""

from __future__ import annotations

from pathlib import Path

from workloads.instruments import procfs


def test_text_longer_than_one_read_is_whole(tmp_path: Path) -> None:
    text = "row of interrupts\n" * 20_000
    (tmp_path / "interrupts").write_text(text)
    assert procfs.read_text(tmp_path / "interrupts") == text


def test_absent_file_and_folder_are_empty(tmp_path: Path) -> None:
    assert procfs.read_text(tmp_path / "absent") == ""
    assert procfs.read_text(tmp_path) == ""


def test_bytes_that_are_not_text_do_not_stop_the_reading(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"ab\xffcd")
    assert procfs.read_text(tmp_path / "odd").startswith("ab")


def test_integer_is_none_where_the_file_holds_none(tmp_path: Path) -> None:
    (tmp_path / "value").write_text("-1\n")
    (tmp_path / "max").write_text("max\n")
    assert procfs.read_integer(tmp_path / "value") == -1
    assert procfs.read_integer(tmp_path / "max") is None
    assert procfs.read_integer(tmp_path / "absent") is None


def test_pick_gives_every_name_and_scales() -> None:
    text = "A:   3 kB\nAB:  4 kB\nB 5\n"
    assert procfs.pick(text, {"A": "a", "B": "b", "C": "c"}, 10) == {"a": 30, "b": 50, "c": None}
