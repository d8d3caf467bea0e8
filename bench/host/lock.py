"""One run at a time on a machine: two at once would measure each other."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import time
from datetime import datetime
from types import TracebackType
from typing import Self

from bench.host import process

NAME = "secretmem-lab"
ATTEMPTS = 20
PAUSE_S = 0.02
QUEUE = 4096
UCRED = struct.Struct("iII")


class LockHeld(Exception):
    """Somebody else is running; `pid`, `command` and `since` tell who where the kernel lets this process see it."""

    slug = "lock-held"

    def __init__(self, pid: int | None, command: str, since: datetime | None) -> None:
        """Say it in one line that can be printed as it is."""
        self.pid, self.command, self.since = pid, command, since
        what = f" ({command})" if command else ""
        when = f" since {since:%Y-%m-%d %H:%M:%S}" if since else ""
        who = f"process {pid}{what}" if pid else "another process"
        super().__init__(f"another run has this machine: {who}{when}; wait for it or stop it, then try again")


class Lock:
    """A context manager that holds the machine; entering it raises LockHeld where another process does.

    The lock is a listening unix socket in the abstract namespace (unix(7)): it works across users, leaves no file
    behind, and the kernel takes it away with the process, however that ends. The namespace is that of the network: two
    containers with networks of their own do not see each other's lock. The descriptor is closed on exec, so the
    programs that a run starts do not hold it.
    """

    def __init__(self, name: str = NAME) -> None:
        """Take another `name` only to test."""
        self.address = b"\0" + name.encode()
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Take the lock, or raise LockHeld."""
        holder: int | None = None
        for _ in range(ATTEMPTS):
            if self._take():
                return self
            held, holder = self._ask()
            if held:
                break
            time.sleep(PAUSE_S)  # the holder ended between the two calls, or listens in a moment
        raise LockHeld(holder, process.command(holder) if holder else "", process.since(holder) if holder else None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _take(self) -> bool:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(self.address)
            listener.listen(QUEUE)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise
            return False
        self._socket = listener
        return True

    def _ask(self) -> tuple[bool, int | None]:
        """Return whether somebody listens, and its pid: SO_PEERCRED tells who called listen(2), unaccepted or not."""
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as asker:
            asker.setblocking(False)
            try:
                asker.connect(self.address)
            except BlockingIOError:
                return True, None  # thousands have asked before and the queue is full
            except ConnectionRefusedError:
                return False, None
            pid, _, _ = UCRED.unpack(asker.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, UCRED.size))
            return True, pid or None  # 0: a process of another pid namespace
