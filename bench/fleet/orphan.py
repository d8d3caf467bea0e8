"""Orphans: what a program left behind is ended with it, such as a connection to a host that answers never."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
PARENT = re.compile(rb"\) \S (\d+) ")


@contextlib.contextmanager
def ended() -> Iterator[None]:
    """Adopt every process that loses its parent meanwhile, and end it at last; see PR_SET_CHILD_SUBREAPER, prctl(2)."""
    before, libc = children(), ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        while left := children() - before:  # whose children are adopted in their turn
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def children() -> set[int]:
    """Return the processes whose parent this one is."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = PARENT.search(path.read_bytes().rpartition(b"(")[2])
            if parent and int(parent[1]) == os.getpid():
                found.add(int(path.parent.name))
    return found
