"""Ballast: what of the blocks that can be gathered is taken away."""

from __future__ import annotations

from pathlib import Path

from bench.host.ballast import BLOCK_BYTES, take, to_leave
from bench.host.ledger import Change, Ledger
from bench.host.reserve import Room
from bench.host.setting import GroupSetting, Setting, at
from bench.host.tuning import Tuning, put_back


class Pool(Setting):
    """A pool for which the kernel can gather no more than so many pages."""

    most = 100

    def write(self, value: str) -> None:
        """Grow as far as it goes."""
        self.path.write_text(str(min(int(value), self.most)))


def pool(folder: Path) -> Pool:
    (folder / "pool").write_text("3")
    return Pool("pool", folder / "pool")


def root(folder: Path, available_bytes: int) -> Path:
    (folder / "proc").mkdir()
    text = f"MemTotal: {16 << 20} kB\nMemAvailable: {available_bytes >> 10} kB\n"
    (folder / "proc/meminfo").write_text(text)
    return folder


def test_a_run_is_left_what_it_wants_where_splinters_do_for_what_is_held() -> None:
    assert to_leave(Room(0, 20 * BLOCK_BYTES, 5 * BLOCK_BYTES), 7 * BLOCK_BYTES, 15 * BLOCK_BYTES) == 7


def test_a_run_is_left_more_where_splinters_do_not() -> None:
    assert to_leave(Room(0, 20 * BLOCK_BYTES, 5 * BLOCK_BYTES), 7 * BLOCK_BYTES, 16 * BLOCK_BYTES + 1) == 9


def test_what_can_be_gathered_is_taken_but_for_what_is_wanted(tmp_path: Path) -> None:
    machine = root(tmp_path, 8 << 30)
    with Tuning(Ledger(tmp_path / "ledger.json"), machine) as tuning:
        grown = pool(tmp_path)
        assert take(tuning, grown, 7 * BLOCK_BYTES, 0) is None
        assert grown.read() == "93"
    assert grown.read() == "3"


def test_nothing_is_taken_from_the_reserve(tmp_path: Path) -> None:
    machine = root(tmp_path, 512 << 20)
    with Tuning(Ledger(tmp_path / "ledger.json"), machine) as tuning:
        grown = pool(tmp_path)
        assert take(tuning, grown, 7 * BLOCK_BYTES, 0) is None
        assert grown.read() == "3"


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
