"""The direct map of the running kernel: secret pages leave it and come back, and nothing of what looks stays behind."""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis.atlas.agreement import cover
from analysis.atlas.event import events
from analysis.atlas.tally import has_global, tally
from bench.run.cartographer import ask_atlas
from tests.kernel.seccomp import MEMFD_SECRET, refuse
from workloads.atlas import Atlas
from workloads.instruments import directmap
from workloads.instruments.atlas import Reader
from workloads.program import CHECKOUT, PROGRAMS

BPF = 321  # x86-64
PAGES = 256
LAB = (sys.executable, "-P", "-m", "cli", "atlas")
PLENTY_S = 30.0


@pytest.fixture
def reader() -> Iterator[Reader]:
    """Return a reader of the direct map, where there is one."""
    if not (PROGRAMS / "atlas").exists():
        pytest.skip("the C programs are not built")
    with Reader() as opened:
        taken = opened.take()
        if not isinstance(taken, Atlas):
            pytest.skip(f"the direct map cannot be read here: {ask_atlas()}")
        yield opened


def take(reader: Reader) -> Atlas:
    taken = reader.take()
    assert isinstance(taken, Atlas), taken
    return taken


@contextmanager
def secret(pages: int) -> Iterator[None]:
    """Have so many pages of secret memory, touched."""
    libc = ctypes.CDLL(None, use_errno=True)
    file = libc.syscall(MEMFD_SECRET, 0)
    if file < 0:
        pytest.skip(f"no secret memory here: {errno.errorcode[ctypes.get_errno()]}")
    try:
        os.ftruncate(file, pages * mmap.PAGESIZE)
        with mmap.mmap(file, pages * mmap.PAGESIZE) as memory:
            for page in range(pages):
                memory[page * mmap.PAGESIZE] = 1
            yield
    finally:
        os.close(file)


def test_secret_pages_leave_the_map_and_come_back_with_a_scar(reader: Reader) -> None:
    before = take(reader)
    with secret(PAGES):
        during = take(reader)
    after = take(reader)
    out = {event.kind: event for event in events(before, during)}
    back = {event.kind: event for event in events(during, after)}
    assert out["removed"].count >= PAGES
    assert back["scarred" if has_global(before) else "returned"].count >= PAGES
    assert tally(during).removed_pages - tally(before).removed_pages >= PAGES
    for first, pages in out["removed"].spans:
        for page in (first, first + pages - 1):
            stretch = during.find(page)
            assert stretch is not None and stretch.level == 1 and not stretch.flags & 1


def test_the_map_agrees_with_iomem_and_with_the_count_of_splits(reader: Reader) -> None:
    def look() -> tuple[Atlas, directmap.DirectMap]:
        return take(reader), directmap.read()

    before, counted_before = look()
    with secret(PAGES):
        after, counted_after = look()
    assert [check for check in cover(after.facts) if not check.agrees] == []
    if counted_before.level2_splits is None or counted_after.level2_splits is None:
        pytest.skip("this kernel does not count splits")
    made = after.facts.pte_tables - before.facts.pte_tables
    # Other programs may split between the two looks; they do not undo what was split here.
    assert made >= 0 and abs(made - (counted_after.level2_splits - counted_before.level2_splits)) <= 2


def test_blocks_that_hold_a_table_are_counted_once_each_and_stay_when_the_secret_is_gone(reader: Reader) -> None:
    before = take(reader).facts
    with secret(PAGES):
        take(reader)
    after = take(reader).facts
    assert before.table_blocks is not None and before.home_tables is not None
    assert after.table_blocks is not None and after.home_tables is not None
    assert 0 < before.table_blocks <= before.pte_tables and before.home_tables <= before.pte_tables
    made = after.pte_tables - before.pte_tables
    assert 0 <= after.table_blocks - before.table_blocks <= made
    assert 0 <= after.home_tables - before.home_tables <= made


def test_reading_the_map_leaves_no_program_behind() -> None:
    before = set(programs())
    ask_atlas()
    assert set(programs()) <= before


def programs() -> Iterator[int]:
    """Yield the programs of this checkout that read the direct map."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (path / "exe").readlink() == PROGRAMS / "atlas":
                yield int(path.name)
        except OSError:
            continue


def test_the_program_ends_with_a_reader_that_is_killed(reader: Reader) -> None:
    script = (
        "import time; from workloads.instruments.atlas import Reader\n"
        "with Reader() as reader: reader.take(); print('up', flush=True); time.sleep(60)"
    )
    mine = set(programs())
    with subprocess.Popen((sys.executable, "-c", script), cwd=CHECKOUT, stdout=subprocess.PIPE) as harness:
        assert harness.stdout is not None and harness.stdout.readline() == b"up\n"
        (child,) = set(programs()) - mine
        harness.kill()
    wait_until(lambda: not Path("/proc", str(child)).exists())


def wait_until(done: object) -> None:
    """Wait until something is so."""
    assert callable(done)
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < PLENTY_S
        time.sleep(0.02)


def test_command_prints_draws_and_writes(reader: Reader, tmp_path: Path) -> None:
    ended = subprocess.run((*LAB, "--json", tmp_path / "a.json", "--picture", tmp_path / "a.png"), cwd=CHECKOUT,
                           capture_output=True, text=True, check=False)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "in 4 KB pages" in ended.stdout and f"picture: {tmp_path / 'a.png'}" in ended.stdout
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((tmp_path / "a.json").read_text())["architecture"] == platform.machine()


def test_command_compares_two_files(reader: Reader, tmp_path: Path) -> None:
    with secret(PAGES):
        state(tmp_path / "a.json")
    state(tmp_path / "b.json")
    ended = subprocess.run((*LAB, "--diff", tmp_path / "a.json", tmp_path / "b.json", "--picture", tmp_path / "d.svg"),
                           cwd=CHECKOUT, capture_output=True, text=True, check=False)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "put back" in ended.stdout and (tmp_path / "d.svg").exists()


def state(path: Path) -> None:
    """Write the state of the map to a file."""
    with path.open("wb") as file:
        subprocess.run((*LAB, "--json", "-"), cwd=CHECKOUT, stdout=file, check=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watching_says_what_happens_and_ends_clean(reader: Reader, number: signal.Signals) -> None:
    mine = set(programs())
    with subprocess.Popen((*LAB, "--watch", "0.05"), cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as watching:  # fmt: skip
        assert watching.stdout is not None
        assert "watching" in watching.stdout.readline()
        (helper,) = set(programs()) - mine
        with secret(PAGES):
            said = watching.stdout.readline()
            while "taken out now" not in said:
                said = watching.stdout.readline()
        watching.send_signal(number)
        _, complaint = watching.communicate(timeout=PLENTY_S)
    assert watching.returncode == (0 if number == signal.SIGINT else 130)
    assert "Traceback" not in complaint
    assert not Path("/proc", str(helper)).exists()


def refused(*prefix: str, install: object = None) -> subprocess.CompletedProcess[str]:
    """Run the command where it may not read the map."""
    if os.geteuid() != 0:
        pytest.skip("giving up privileges needs root")
    return subprocess.run((*prefix, *LAB, "--json", "-"), cwd=CHECKOUT, capture_output=True, text=True, check=False,
                          preexec_fn=install)  # type: ignore[arg-type] # fmt: skip


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the causes are told apart on x86-64 alone")
@pytest.mark.parametrize(
    ("give_up", "slug"),
    [
        (("--bounding-set", "-all", "--inh-caps", "-all"), "bpf-no-capability"),
        (("--bounding-set", "-sys_admin", "--inh-caps", "-all"), "pagemap-hidden"),
    ],
)
def test_a_missing_capability_is_told_with_the_line_that_changes_it(
    reader: Reader, give_up: tuple[str, ...], slug: str
) -> None:
    ended = refused("setpriv", *give_up)
    assert ended.returncode == 3
    assert f"[{slug}]" in ended.stderr and "->" in ended.stderr and "DirectMap" in ended.stderr


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the number of bpf(2) is another elsewhere")
@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOSYS])
def test_a_filter_before_bpf_is_told(reader: Reader, number: int) -> None:
    ended = refused(install=refuse(BPF, number))
    assert ended.returncode == 3 and "[bpf-filtered]" in ended.stderr
