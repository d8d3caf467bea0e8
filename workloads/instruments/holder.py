"""The program `holder`: while it runs, pages in every size of the direct map's entries lie at hand."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from workloads.program import PROGRAMS, environment

TIMEOUT_S = 300.0
"""It may have to take most of the memory, which a virtual machine's host may have to find first."""


@contextlib.contextmanager
def held(
    footprint_bytes: int, budget_bytes: int, timeout_s: float = TIMEOUT_S, folder: Path = PROGRAMS
) -> Iterator[bool]:
    """Run the holder meanwhile; yields whether it holds. Where it does not, the workloads say what they lack."""
    command = (str(folder / "holder"), "--footprint", str(footprint_bytes), "--split-budget", str(budget_bytes))
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=null, env=environment(), process_group=0)
    except OSError:
        yield False
        return
    with process:
        try:
            yield is_ready(process, timeout_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def is_ready(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    """Wait for the holder's line; tells whether it is the one that says that it holds."""
    assert process.stdout is not None
    ready = select.select([process.stdout], [], [], timeout_s)[0]
    return bool(ready) and b'"status":"ok"' in process.stdout.readline()
