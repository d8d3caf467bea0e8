"""Settings come back to what was read, on every exit; shown on a machine on paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.host import setting, tuning
from bench.host.ledger import Change, Ledger
from bench.host.setting import Setting
from bench.host.tuning import Tuning
from workloads.spec import Unsupported

Plant = Callable[[dict[str, str]], Path]
CPU = "sys/devices/system/cpu"
POOL = "sys/kernel/mm/hugepages/hugepages-2048kB"


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    """Return a ledger beside the machine on paper."""
    return Ledger(tmp_path / "ledger.json")


@pytest.fixture
def knob(tmp_path: Path) -> Setting:
    """Return a setting that stands at 7."""
    path = tmp_path / "knob"
    path.write_text("7\n")
    return Setting("knob", path)


def test_setting_comes_back_on_a_plain_exit(book: Ledger, knob: Setting) -> None:
    with Tuning(book) as change:
        assert change.change(knob, "9") is None
        assert knob.read() == "9"
    assert knob.read() == "7"
    assert change.notes == ()
    assert not book.path.exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_setting_comes_back_on_an_exception(book: Ledger, knob: Setting, error: type[BaseException]) -> None:
    def fail() -> None:
        with Tuning(book) as change:
            change.change(knob, "9")
            raise error

    with pytest.raises(error):
        fail()
    assert knob.read() == "7"


def test_setting_changed_twice_comes_back_to_the_first_value(book: Ledger, knob: Setting) -> None:
    with Tuning(book) as change:
        change.change(knob, "8")
        change.change(knob, "9")
        assert [each["before"] for each in json.loads(book.path.read_text())["changes"]] == ["7"]
    assert knob.read() == "7"


def test_ledger_holds_the_old_value_before_the_new_one_is_written(
    book: Ledger, knob: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def spy(self: Setting, value: str) -> None:
        seen.append(json.loads(book.path.read_text())["changes"][0]["before"])
        self.path.write_text(value)

    monkeypatch.setattr(Setting, "write", spy)
    with Tuning(book) as change:
        change.change(knob, "9")
        assert seen == ["7"]


def test_setting_that_already_stands_so_leaves_no_trace(book: Ledger, knob: Setting) -> None:
    with Tuning(book) as change:
        assert change.change(knob, "7") is None
        assert not book.path.exists()


def test_nothing_is_changed_where_the_ledger_cannot_be_written(tmp_path: Path, knob: Setting) -> None:
    with Tuning(Ledger(tmp_path / "absent" / "ledger.json")) as change:
        refused = change.change(knob, "9")
    assert isinstance(refused, Unsupported)
    assert refused.slug == "ledger-unwritable"
    assert knob.read() == "7"


def test_refused_write_is_a_reason_and_leaves_no_ledger(
    book: Ledger, knob: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Setting, "write", lambda self, value: setting.refusal(self, PermissionError(13, "no")))
    with Tuning(book) as change:
        refused = change.change(knob, "9")
        assert isinstance(refused, Unsupported)
        assert (refused.slug, bool(refused.remedy)) == ("setting-refused", True)
        assert not book.path.exists()


def test_absent_setting_is_a_reason(book: Ledger, tmp_path: Path) -> None:
    with Tuning(book) as change:
        refused = change.change(Setting("knob", tmp_path / "absent"), "1")
    assert isinstance(refused, Unsupported)
    assert refused.slug == "setting-absent"


def test_restoring_again_does_nothing(book: Ledger, knob: Setting) -> None:
    with Tuning(book) as change:
        change.change(knob, "9")
        change.restore()
        knob.path.write_text("5\n")
        assert change.restore() == ()
    assert knob.read() == "5"


def test_setting_comes_back_when_a_signal_disturbs_the_exit(
    book: Ledger, knob: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = tuning.put_back, [KeyboardInterrupt()]

    def disturbed(changes: tuple[Change, ...]) -> object:
        if calls:
            raise calls.pop()
        return real(changes)

    monkeypatch.setattr(tuning, "put_back", disturbed)
    with pytest.raises(KeyboardInterrupt), Tuning(book) as change:
        change.change(knob, "9")
    assert knob.read() == "7"


def test_setting_that_does_not_come_back_is_noted_and_kept_for_the_next_command(
    book: Ledger, knob: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, Tuning(book) as change:
        change.change(knob, "9")
        patch.setattr(Setting, "write", lambda self, value: setting.refusal(self, OSError(16, "busy")))
        notes = change.restore()
        assert [(note.slug, "was 7 and is now 9" in note.text) for note in notes] == [("setting-stuck", True)]
    page = book.load()
    assert page is not None
    assert page.changes == (Change("knob", str(knob.path), "7"),)


def orphan(book: Ledger) -> None:
    """Make the ledger look as if its process had been killed."""
    content = json.loads(book.path.read_text())
    book.path.write_text(json.dumps({**content, "started_ticks": 1}))


def test_next_command_puts_back_what_a_killed_one_left(book: Ledger, knob: Setting) -> None:
    Tuning(book).change(knob, "9")
    orphan(book)
    assert [note.slug for note in tuning.recover(book)] == ["setting-recovered"]
    assert knob.read() == "7"
    assert not book.path.exists()
    assert tuning.recover(book) == ()


def test_entering_puts_back_what_a_killed_command_left(book: Ledger, knob: Setting) -> None:
    Tuning(book).change(knob, "9")
    orphan(book)
    with Tuning(book) as change:
        assert knob.read() == "7"
        assert [note.slug for note in change.notes] == ["setting-recovered"]


def test_settings_of_a_living_process_are_left_alone_and_not_shared(book: Ledger, knob: Setting) -> None:
    with Tuning(book) as first:
        first.change(knob, "9")
        assert tuning.recover(book) == ()
        with Tuning(book) as second:
            refused = second.change(knob, "8")
        assert isinstance(refused, Unsupported)
        assert refused.slug == "settings-held"
        assert knob.read() == "9"
    assert knob.read() == "7"


def test_what_could_not_be_recovered_stays_in_the_ledger_through_the_next_tuning(
    book: Ledger, knob: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Setting("other", tmp_path / "other")
    other.path.write_text("1\n")
    Tuning(book).change(knob, "9")
    orphan(book)
    real = Setting.write
    with monkeypatch.context() as patch:
        busy = setting.refusal(knob, OSError(16, "busy"))
        patch.setattr(Setting, "write", lambda self, value: busy if self.name == "knob" else real(self, value))
        with Tuning(book) as change:
            assert change.change(other, "2") is None
        assert (other.read(), knob.read()) == ("1", "9")
    orphan(book)
    tuning.recover(book)
    assert knob.read() == "7"


def test_cpus_leave_from_the_last_on_and_come_back(metal: Path, book: Ledger) -> None:
    with Tuning(book, metal) as change:
        change.limit_online_cpus(2)
        assert [setting.cpu_online(cpu, metal).read() for cpu in (1, 2, 3)] == ["1", "0", "0"]
    assert [setting.cpu_online(cpu, metal).read() for cpu in (1, 2, 3)] == ["1", "1", "1"]


@pytest.mark.parametrize(("count", "slug"), [(0, "cpu-count"), (5, "cpu-count")])
def test_count_of_cpus_that_cannot_be_is_refused(metal: Path, book: Ledger, count: int, slug: str) -> None:
    with Tuning(book, metal) as change:
        refused = change.limit_online_cpus(count)
    assert isinstance(refused, Unsupported)
    assert refused.slug == slug


def test_cpus_without_a_switch_are_a_reason(guest: Path, book: Ledger) -> None:
    with Tuning(book, guest) as change:
        refused = change.limit_online_cpus(1)
    assert isinstance(refused, Unsupported)
    assert refused.slug == "cpu-not-removable"


def test_all_cpus_are_had_without_a_change(metal: Path, book: Ledger) -> None:
    with Tuning(book, metal) as change:
        assert change.limit_online_cpus(4) == (0, 1, 2, 3)
        assert not book.path.exists()


def test_masks_that_the_kernel_changed_with_a_cpu_come_back_after_it(
    plant: Plant, metal: Path, book: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    mask, group = "proc/irq/9/smp_affinity_list", "sys/fs/cgroup/cpuset"
    plant({mask: "3\n", f"{group}/a/cpuset.cpus": "0-3\n", f"{group}/a/b/cpuset.cpus": "3\n"})
    order: list[str] = []
    real = Setting.write

    def kernel(self: Setting, value: str) -> Unsupported | None:
        order.append(self.name)
        refused = real(self, value)
        if (self.name, value) == ("CPU 3 online", "0"):
            for name, text in ((mask, "0-2"), (f"{group}/a/cpuset.cpus", "0-2"), (f"{group}/a/b/cpuset.cpus", "0")):
                (metal / name).write_text(f"{text}\n")
        return refused

    monkeypatch.setattr(Setting, "write", kernel)
    with Tuning(book, metal) as change:
        change.limit_online_cpus(3)
        order.clear()
    assert order == ["CPU 3 online", "CPUs of control group a", "CPUs of control group b", "CPUs of interrupt 9"]
    assert (metal / mask).read_text().strip() == "3"


def test_interrupts_that_moved_are_noted(plant: Plant, metal: Path, book: Ledger) -> None:
    where = metal / "proc/irq/9/effective_affinity_list"
    plant({"proc/irq/9/smp_affinity_list": "0-3\n", "proc/irq/9/effective_affinity_list": "3\n"})
    with Tuning(book, metal) as change:
        change.limit_online_cpus(3)
        where.write_text("0\n")
    assert [note.slug for note in change.notes] == ["interrupts-moved"]


def test_pool_is_read_without_its_surplus(metal: Path) -> None:
    pool = setting.at("pool", metal / POOL / "nr_hugepages")
    assert (pool.path.read_text().strip(), pool.read()) == ("8", "7")


def test_pool_grows_by_what_is_missing_only(metal: Path, book: Ledger) -> None:
    with Tuning(book, metal) as change:
        assert change.reserve_huge_pages(2 << 20, 3) is None
        assert not book.path.exists()
        change.reserve_huge_pages(2 << 20, 5)
        page = book.load()
        assert page is not None
        assert page.changes[0].before == "7"


def test_pool_that_the_kernel_cannot_fill_is_a_reason_and_shrinks_again(metal: Path, book: Ledger) -> None:
    (metal / POOL / "surplus_hugepages").write_text("0\n")
    with Tuning(book, metal) as change:
        refused = change.reserve_huge_pages(2 << 20, 10)  # on paper the free pages do not follow
        assert isinstance(refused, Unsupported)
        assert refused.slug == "hugetlb-short"
        assert "10 free pages were asked for and the kernel could gather 3" in refused.reason
        assert (metal / POOL / "nr_hugepages").read_text() == "8"


def test_pool_of_an_unknown_page_size_is_a_reason(metal: Path, book: Ledger) -> None:
    with Tuning(book, metal) as change:
        refused = change.reserve_huge_pages(64 << 10, 1)
    assert isinstance(refused, Unsupported)
    assert refused.slug == "setting-absent"


def test_pool_of_one_node_is_changed_where_there_are_several(plant: Plant, metal: Path) -> None:
    name = "hugepages/hugepages-2048kB/nr_hugepages"
    plant({f"sys/devices/system/node/node{node}/{name}": "0\n" for node in (0, 1)})
    assert setting.huge_page_pool(2 << 20, metal).path == metal / "sys/devices/system/node/node0" / name
