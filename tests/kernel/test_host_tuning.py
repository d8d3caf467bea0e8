"""Real settings of this machine change and come back: on a plain exit, an exception, a signal, and after SIGKILL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.host import cpu, setting, tuning
from bench.host.ledger import Ledger
from bench.host.setting import Setting
from bench.host.tuning import Tuning

ROOT = Path(__file__).parents[2]
MIB_2 = 2 << 20
CHANGE_AND_WAIT = """
import signal, sys
from pathlib import Path
from bench.host.ledger import Ledger
from bench.host.setting import huge_page_pool
from bench.host.tuning import Tuning
def end(number, frame): raise SystemExit(128 + number)
signal.signal(signal.SIGTERM, end)
with Tuning(Ledger(Path(sys.argv[1]))) as change:
    pool = huge_page_pool(2 << 20)
    assert change.change(pool, str(int(pool.read()) + 2)) is None
    if len(sys.argv) > 2: change.limit_online_cpus(1)
    print("changed", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    """Return a ledger of its own, and put back whatever a failed test has left in it."""
    book = Ledger(tmp_path / "ledger.json")
    yield book
    tuning.recover(book)


@pytest.fixture
def pool() -> Setting:
    """Return the pool of 2 MB pages, where it can be changed."""
    if os.geteuid():
        pytest.skip("needs root, to change the pool of huge pages")
    pool = setting.huge_page_pool(MIB_2)
    if not pool.read():
        pytest.skip("this kernel has no huge pages of 2 MB")
    return pool


@pytest.fixture
def last_cpu() -> int:
    """Return a CPU that can go offline."""
    if os.geteuid():
        pytest.skip("needs root, to take a CPU offline")
    if not cpu.removable() or len(cpu.online()) < 2:
        pytest.skip("no CPU of this machine can go offline")
    return max(cpu.removable())


def start(book: Ledger, *arguments: str) -> subprocess.Popen[str]:
    """Start a process that changes settings and then waits."""
    command = [sys.executable, "-c", CHANGE_AND_WAIT, str(book.path), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == "changed\n"
    return child


def test_pool_grows_and_comes_back(book: Ledger, pool: Setting) -> None:
    before = int(pool.read())
    with Tuning(book) as change:
        assert change.change(pool, str(before + 2)) is None
        assert int(pool.read()) == before + 2
    assert int(pool.read()) == before
    assert change.notes == ()


def test_pool_comes_back_when_the_measurement_fails(book: Ledger, pool: Setting) -> None:
    before = pool.read()

    def fail() -> None:
        with Tuning(book) as change:
            change.change(pool, str(int(before) + 2))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert pool.read() == before


def test_free_huge_pages_are_made_and_given_back(book: Ledger, pool: Setting) -> None:
    before = pool.read()
    with Tuning(book) as change:
        want = tuning.free_huge_pages(pool) + 2
        assert change.reserve_huge_pages(MIB_2, want) is None
        assert tuning.free_huge_pages(pool) >= want
    assert pool.read() == before


def test_cpu_leaves_and_comes_back_with_all_masks(book: Ledger, last_cpu: int) -> None:
    online = cpu.online()
    masks = {each.path: each.read() for each in setting.interrupt_affinities()}
    allowed = os.sched_getaffinity(0)
    with Tuning(book) as change:
        left = change.limit_online_cpus(len(online) - 1)
        assert left == tuple(one for one in online if one != last_cpu)
        assert cpu.online() == left
    assert cpu.online() == online
    assert os.sched_getaffinity(0) == allowed
    assert {each.path: each.read() for each in setting.interrupt_affinities()} == masks
    assert all(note.slug == "interrupts-moved" for note in change.notes)


def test_legacy_control_group_gets_its_cpu_back(book: Ledger, last_cpu: int) -> None:
    parent = Path("/sys/fs/cgroup/cpuset")
    if not (parent / "cpuset.cpus").exists():
        pytest.skip("no control groups of version 1 here")
    group = parent / f"secretmem-lab-test-{os.getpid()}"
    group.mkdir()
    try:
        every = (parent / "cpuset.cpus").read_text().strip()
        (group / "cpuset.cpus").write_text(every)
        with Tuning(book) as change:
            change.limit_online_cpus(len(cpu.online()) - 1)
        assert (group / "cpuset.cpus").read_text().strip() == every
    finally:
        group.rmdir()


def test_settings_come_back_when_the_process_is_asked_to_end(book: Ledger, pool: Setting) -> None:
    before = pool.read()
    child = start(book)
    assert pool.read() != before
    child.send_signal(signal.SIGTERM)
    child.communicate()
    assert child.returncode == 128 + signal.SIGTERM
    assert pool.read() == before
    assert not book.path.exists()


def test_settings_of_a_killed_process_come_back_with_the_next_command(
    book: Ledger, pool: Setting, last_cpu: int
) -> None:
    before, online = pool.read(), cpu.online()
    child = start(book, "cpu")
    assert tuning.recover(book) == ()
    child.kill()
    child.communicate()
    assert pool.read() != before
    assert last_cpu not in cpu.online()
    notes = tuning.recover(book)
    assert {note.slug for note in notes} == {"setting-recovered"}
    assert (pool.read(), cpu.online()) == (before, online)
    assert not book.path.exists()


def test_ordinary_user_gets_a_reason_and_changes_nothing(book: Ledger, pool: Setting) -> None:
    before = pool.read()
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from bench.host.ledger import Ledger\n"
        "from bench.host.tuning import Tuning\n"
        "os.setuid(65534)\n"
        "with Tuning(Ledger(Path('/tmp/secretmem-lab-test-' + sys.argv[1]))) as change:\n"
        "    print(change.reserve_huge_pages(2 << 20, 2).slug, change.limit_online_cpus(1))\n"
        "    print(change.ledger.path.exists())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(os.getpid())]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert said.stdout.startswith("setting-refused"), said.stderr
    assert said.stdout.strip().endswith("False")
    assert pool.read() == before
