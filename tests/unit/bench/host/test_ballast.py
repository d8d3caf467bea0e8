"""Ballast: what of the free blocks is taken away."""

from __future__ import annotations

from pathlib import Path

from bench.host.ballast import BLOCK_BYTES, pages_to_take, whole_blocks
from bench.host.ledger import Change, Ledger
from bench.host.setting import GroupSetting, at
from bench.host.tuning import Tuning, put_back

INFO = "Node 0, zone   Normal      5      1      0      0      0      0      0      0      7      3      4\n"


def machine(root: Path) -> Path:
    (root / "proc").mkdir()
    (root / "proc/buddyinfo").write_text(INFO)
    return root


def test_only_whole_blocks_count() -> None:
    assert whole_blocks(INFO * 2) == 2 * (3 + 2 * 4)


def test_ballast_leaves_what_a_run_wants(tmp_path: Path) -> None:
    assert pages_to_take(3 * BLOCK_BYTES + 1, 100 * BLOCK_BYTES, machine(tmp_path)) == 7


def test_ballast_takes_nothing_from_the_reserve(tmp_path: Path) -> None:
    assert pages_to_take(3 * BLOCK_BYTES, 5 * BLOCK_BYTES, machine(tmp_path)) == 2


def test_ballast_is_nothing_where_little_is_free(tmp_path: Path) -> None:
    assert pages_to_take(30 * BLOCK_BYTES, 5 * BLOCK_BYTES, machine(tmp_path)) == 0


def test_group_goes_when_settings_are_put_back(tmp_path: Path) -> None:
    group = GroupSetting("memory group", tmp_path / "secretmem-lab-7")
    with Tuning(Ledger(tmp_path / "ledger.json")) as tuning:
        assert tuning.change(group, "present") is None
        assert group.path.is_dir()
    assert not group.path.exists()


def test_group_of_a_killed_run_is_removed_by_what_the_ledger_says(tmp_path: Path) -> None:
    left = tmp_path / "secretmem-lab-7"
    left.mkdir()
    assert isinstance(at("memory group", left), GroupSetting)
    assert put_back((Change("memory group", str(left), "absent"),)) == ((), ())
    assert not left.exists()
