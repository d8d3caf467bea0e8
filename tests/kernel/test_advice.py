"""The advice against the running kernel: what each way is said to take, and what is said of secret memory."""

from __future__ import annotations

import ctypes
import faulthandler
import functools
import mmap
import os
import re
import signal
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from analysis.advice.layout import layout
from analysis.advice.way import WAYS, find
from analysis.advice.wish import Wish
from workloads.program import PROGRAMS, Refused, Success, run_program

MEMFD_SECRET = 447
SECRET = b"a key of thirty-two bytes length"
WISHES = [Wish(secrets=n, size_bytes=size) for n, size in ((1, 32), (100, 32), (1000, 32), (40, 5000), (3, 1_000_000))]
EACH_WAY = pytest.mark.parametrize("way", [way.name for way in WAYS])
EACH_WISH = pytest.mark.parametrize("wish", WISHES, ids=lambda wish: f"{wish.secrets}x{wish.size_bytes}")


def held(way: str, wish: Wish) -> dict[str, int]:
    """Hold secrets for real and return what the process says it has more than before; else skip."""
    if not (PROGRAMS / "secrets_held").exists():
        pytest.skip("the C programs are not built")
    words = ("--way", way, "--secrets", str(wish.secrets), "--size", str(wish.size_bytes))
    outcome = run_program("secrets_held", words, None, 60.0)
    if isinstance(outcome, Refused):
        pytest.skip(f"this machine does not let a program hold them: {outcome.errno_name}")
    assert isinstance(outcome, Success), outcome
    return {name: value for name, value in outcome.report.items() if isinstance(value, int)}


@functools.cache
def checked_at() -> str:
    """Return where this kernel checks the limit of secret memory: those that do so at the touch leave VmLck alone."""
    outcome = run_program("probe", (), None, 60.0)
    assert isinstance(outcome, Success), outcome
    return str(outcome.report["memlock"]["regime"])


def locked_kib() -> int:
    """Return what this process has locked."""
    found = re.search(r"^VmLck:\s*(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


@EACH_WISH
@EACH_WAY
def test_layout_is_what_the_kernel_counts(way: str, wish: Wish) -> None:
    found, said = held(way, wish), layout(way, wish)
    if not find(way).secret or checked_at() == "mmap":
        first_page_shared = 1 if way == "malloc_mlock" and wish.size_bytes < 128 << 10 else 0
        assert said.pages - found["locked_kib"] // 4 in range(first_page_shared + 1)
    assert found["files"] == said.files
    least, most = said.table_bytes
    assert least <= 1024 * found["table_kib"] <= most
    assert abs(found["mappings"] - said.mappings) <= 2  # the ends may join what was there, or be cut off it


def secret_file(pages: int = 1) -> int:
    """Return a secret file; a machine without secret memory skips."""
    descriptor = int(ctypes.CDLL(None, use_errno=True).syscall(MEMFD_SECRET, os.O_CLOEXEC))
    if descriptor < 0:
        pytest.skip(f"no secret memory here: {os.strerror(ctypes.get_errno())}")
    os.ftruncate(descriptor, pages * mmap.PAGESIZE)
    return descriptor


@pytest.fixture
def area() -> Iterator[mmap.mmap]:
    descriptor = secret_file()
    with mmap.mmap(descriptor, mmap.PAGESIZE) as found:
        os.close(descriptor)
        found[: len(SECRET)] = SECRET
        yield found


def in_child(act: Callable[[], object]) -> int:
    """Call something in a forked child and return its exit status, as of waitpid."""
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        act()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def test_file_may_be_closed_once_it_is_mapped() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    descriptor = secret_file()
    address = libc.mmap(None, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, descriptor, 0)
    os.close(descriptor)
    ctypes.memmove(address, SECRET, len(SECRET))
    assert ctypes.string_at(address, len(SECRET)) == SECRET
    libc.munmap(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE))


def test_pages_that_nobody_touched_count_where_the_limit_is_checked_at_mmap() -> None:
    descriptor, before = secret_file(pages=16), locked_kib()
    with mmap.mmap(descriptor, 16 * mmap.PAGESIZE):
        assert locked_kib() - before == (64 if checked_at() == "mmap" else 0)
    os.close(descriptor)


def test_page_of_a_secret_file_does_not_go_back_alone() -> None:
    descriptor = secret_file(pages=2)
    punch_hole, keep_size = 2, 1
    failed = ctypes.CDLL(None, use_errno=True).fallocate(
        descriptor, punch_hole | keep_size, ctypes.c_long(0), ctypes.c_long(mmap.PAGESIZE)
    )
    assert failed
    with pytest.raises(OSError, match="Invalid argument"):
        os.ftruncate(descriptor, mmap.PAGESIZE)
    os.close(descriptor)


def test_child_shares_the_area_and_what_it_writes_is_seen(area: mmap.mmap) -> None:
    def write() -> None:
        area[:5] = b"child"

    assert in_child(write) == 0
    assert area[:5] == b"child"


def test_area_that_is_not_to_be_forked_is_not_in_the_child(area: mmap.mmap) -> None:
    area.madvise(mmap.MADV_DONTFORK)
    assert os.WTERMSIG(in_child(lambda: area[0])) == signal.SIGSEGV
    assert area[: len(SECRET)] == SECRET


def test_write_through_a_pointer_copies_a_secret_out(area: mmap.mmap) -> None:
    reader, writer = os.pipe()
    assert os.write(writer, memoryview(area)[: len(SECRET)]) == len(SECRET)
    assert os.read(reader, 64) == SECRET
    os.close(reader)
    os.close(writer)


def test_reading_through_the_file_of_the_process_s_memory_fails(area: mmap.mmap) -> None:
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    memory = os.open("/proc/self/mem", os.O_RDONLY)
    try:
        with pytest.raises(OSError, match="Input/output error"):
            os.pread(memory, 8, address)
    finally:
        os.close(memory)


def test_area_is_in_no_core_file(area: mmap.mmap) -> None:
    parts = Path("/proc/self/smaps").read_text().split("\nVmFlags:")
    flags = [part.splitlines()[0] for before, part in pairwise(parts) if "secretmem" in before]
    assert flags
    assert all(re.search(r"\bdd\b", each) for each in flags)
