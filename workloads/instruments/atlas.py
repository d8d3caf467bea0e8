"""A reader of the kernel's direct map: the program `atlas`, started once, asked as often as wanted."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from workloads import atlas
from workloads.atlas import Atlas
from workloads.program import PROGRAMS, Refused, Success, environment, judge, parse
from workloads.spec import Failed

TIMEOUT_S = 30.0
"""Far longer than a walk of terabytes takes."""
CHUNK_BYTES = 1 << 20
LONGEST_LINE_BYTES = 1 << 16
Answer = Atlas | Refused | Failed


class Reader:
    """Takes atlases, while it is entered; between two of them the program sleeps and uses no CPU.

    Nothing raises here: what the program cannot do, and that it hangs or has died, is the answer, then and for every
    later question. The program follows this process to its end (native/parent.h) and is reaped on every exit.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S, folder: Path = PROGRAMS) -> None:
        """Start nothing yet."""
        self._command = (str(folder / atlas.PROGRAM), "--serve")
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Refused | Failed | None = None

    def __enter__(self) -> Self:
        """Start the program, in a process group of its own: Ctrl-C is not for it."""
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env=environment(),
                process_group=0,
            )
        except OSError as error:
            self._end = Failed("not-started", f"{atlas.PROGRAM}: {error.strerror}", "execve", error.errno)
            return self
        with contextlib.suppress(OSError):  # a larger pipe spares the two of them some waking up
            fcntl.fcntl(self._stdout(), fcntl.F_SETPIPE_SZ, CHUNK_BYTES)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program and reap it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            with self._process:  # closes the pipes and waits
                pass

    def take(self) -> Answer:
        """Return the direct map as it is now, or why it cannot be had."""
        if self._end is None:
            answer = self._ask()
            if isinstance(answer, Atlas):
                return answer
            self._end = answer
        return self._end

    def _ask(self) -> Answer:
        deadline = time.monotonic() + self._timeout_s
        try:
            with contextlib.suppress(BrokenPipeError):  # it may have ended, and said why before
                self._write(b"\n")
            line, rest = self._read_line(deadline)
            refused = self._refusal(line)
            if refused is not None:
                return refused
            wanted = atlas.read_header(line).stretches * atlas.STRETCH_BYTES
            return atlas.parse(line, self._read(rest, wanted, deadline))
        except TimeoutError:
            return Failed("timed-out", f"{atlas.PROGRAM} had not answered after {self._timeout_s:g} s")
        except (ValueError, OSError) as error:
            return Failed("report-unreadable", f"{atlas.PROGRAM}: {error}")

    def _refusal(self, line: bytes) -> Refused | Failed | None:
        """Return what the program said instead of an atlas, None where it is one; it has ended in the first case."""
        told = parse(line)
        if told is not None and told.get("status") == "ok":
            return None
        assert self._process is not None
        try:
            status = self._process.wait(self._timeout_s)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        ended = subprocess.CompletedProcess(self._command, status, line, b"")
        judged = judge(atlas.PROGRAM, ended, None)
        if isinstance(judged, Success):
            return Failed("report-unreadable", f"{atlas.PROGRAM} ended with {status} and without an atlas")
        return judged

    def _stdout(self) -> int:
        assert self._process is not None and self._process.stdout is not None
        return self._process.stdout.fileno()

    def _write(self, data: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(data)

    def _read_line(self, deadline: float) -> tuple[bytes, bytes]:
        """Return the next line, "" where the program has ended, and what was read beyond it."""
        read = b""
        while b"\n" not in read and len(read) < LONGEST_LINE_BYTES:
            piece = self._read_some(deadline)
            if not piece:
                return read, b""
            read += piece
        line, _, rest = read.partition(b"\n")
        return line, rest

    def _read(self, begun: bytes, wanted: int, deadline: float) -> bytes:
        """Return so many bytes, the first of which were read already."""
        pieces, held = [begun], len(begun)
        while held < wanted:
            piece = self._read_some(deadline)
            if not piece:
                raise ValueError("it ended amid an atlas")
            pieces.append(piece)
            held += len(piece)
        return b"".join(pieces)

    def _read_some(self, deadline: float) -> bytes:
        """Return what there is to read, "" at its end; raises TimeoutError."""
        left_s = deadline - time.monotonic()
        if not (left_s > 0 and select.select([self._stdout()], [], [], left_s)[0]):
            raise TimeoutError
        return os.read(self._stdout(), CHUNK_BYTES)
