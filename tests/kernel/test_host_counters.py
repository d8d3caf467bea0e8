"""The counters of the running kernel count what is done to it."""

from __future__ import annotations

import ctypes
import mmap
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.host import cpu, frame, privilege
from workloads.instruments import counters, directmap
from workloads.instruments.procfs import read_text

MEMFD_SECRET = 447  # the same number on every architecture
PAGES = 16


def touch_secret_pages(pages: int) -> None:
    """Touch as many secret pages, one after the other, and give them back."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.syscall(MEMFD_SECRET, 0)
    if descriptor < 0:
        pytest.skip(f"memfd_secret: {os.strerror(ctypes.get_errno())}")
    try:
        os.ftruncate(descriptor, pages * mmap.PAGESIZE)
        with mmap.mmap(descriptor, pages * mmap.PAGESIZE) as memory:
            for page in range(pages):
                memory[page * mmap.PAGESIZE] = 1
    finally:
        os.close(descriptor)


def test_faults_are_counted() -> None:
    before = counters.snapshot()["pgfault"]
    with mmap.mmap(-1, 512 * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.madvise(mmap.MADV_NOHUGEPAGE)
        for page in range(512):
            memory[page * mmap.PAGESIZE] = 1
        after = counters.snapshot()["pgfault"]
    assert before is not None
    assert after is not None
    assert after - before >= 512


@pytest.fixture
def busy_neighbour() -> Iterator[None]:
    """Keep another CPU busy, and this process off it.

    An idle one may poll, and is then called without an interrupt (commit b2a02fc43a1f): the row would count too few.
    """
    if len(cpu.online()) < 2:
        pytest.skip("one CPU online: nobody to call")
    allowed = os.sched_getaffinity(0)
    own, other = cpu.online()[:2]
    spin = f"import os\nos.sched_setaffinity(0, {{{other}}})\nprint(flush=True)\nwhile True: pass"
    child = subprocess.Popen([sys.executable, "-c", spin], stdout=subprocess.PIPE)
    try:
        os.sched_setaffinity(0, {own})
        assert child.stdout is not None
        child.stdout.readline()
        yield
    finally:
        os.sched_setaffinity(0, allowed)
        child.kill()
        child.communicate()


@pytest.mark.usefixtures("busy_neighbour")
def test_every_secret_page_calls_a_busy_neighbour() -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("only x86 flushes kernel addresses by interrupts")
    if "invlpgb" in cpu.flags():
        pytest.skip("this CPU flushes by INVLPGB and not by interrupts")
    before = counters.snapshot()["interrupts_cal"]
    touch_secret_pages(PAGES)
    after = counters.snapshot()["interrupts_cal"]
    assert before is not None
    assert after is not None
    assert after - before >= PAGES


def test_splits_never_go_back_when_secret_pages_do() -> None:
    before = directmap.read()
    if not before.counted:
        pytest.skip("this kernel does not tell of its direct map")
    touch_secret_pages(PAGES)
    after = directmap.read()
    assert after.level2_splits is not None
    assert before.level2_splits is not None
    assert after.level2_splits >= before.level2_splits
    assert (after.map_4k_bytes or 0) > 0


def test_frames_are_visible_to_those_who_may_see_them() -> None:
    held = privilege.parse(read_text("/proc/self/status")).capabilities
    assert frame.are_visible() == ("sys_admin" in held)
