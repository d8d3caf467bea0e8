"""What the lab has made on the machine and takes away again: folders and processes, in a ledger of their own."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import shutil
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.host import process
from bench.host.ledger import Belonging, Ledger, belongings_path, has_living_owner
from bench.host.tuning import undisturbed
from bench.model.note import Note
from workloads.spec import Unsupported

PLACE, PREFIX = Path("/tmp"), "secretmem-lab-"
"""Every user may enter it, and its path is short, as that of a unix socket has to be."""
PATIENCE_S = 10.0
"""For a process to end by itself, before it is killed."""


class Belongings:
    """A context manager that owns what is made under it; leaving it, however, takes all of it away, the last first.

    Each thing is in the ledger so that after SIGKILL `recover` can do it: a folder before it is made, a process, which
    ends with this one by itself, right after its start. One process at a time: hold bench.host.lock.Lock.
    """

    def __init__(self, ledger: Ledger | None = None) -> None:
        """Take another `ledger` only to test."""
        self.ledger = Ledger(belongings_path()) if ledger is None else ledger
        self._all: tuple[Belonging, ...] = ()
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        """Start with nothing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take everything away."""
        with undisturbed():
            for each in reversed(self._all):
                self._take_away(each)
            self._all = ()
            self.ledger.clear()

    def make_folder(self, name: str) -> Path | Unsupported:
        """Make an empty folder that this user alone may enter; Unsupported (ledger-unwritable) where it may not be."""
        folder = PLACE / f"{PREFIX}{name}-{secrets.token_hex(4)}"
        with undisturbed():
            refused = self._add(Belonging(name, folder=str(folder)))
            if refused is None:
                folder.mkdir(mode=0o700)
        return refused or folder

    def adopt(self, name: str, child: subprocess.Popen[bytes], stop: signal.Signals) -> Unsupported | None:
        """Own a child that leads a process group; it is ended by `stop`, then what is left of its group is killed."""
        self._children[child.pid] = child
        return self._add(named(name, child.pid, stop))

    def adopt_group(self, name: str, child: subprocess.Popen[bytes]) -> Unsupported | None:
        """Own the other processes in a child's group as well: they may outlive it where it is killed."""
        others = (pid for pid in process.group(child.pid) if pid != child.pid)
        return self._add(*(named(name, pid, signal.SIGKILL) for pid in others))

    def _add(self, *more: Belonging) -> Unsupported | None:
        refused = self.ledger.save((), (*self._all, *more))
        if refused is None:
            self._all += more
        return refused

    def _take_away(self, each: Belonging) -> None:
        if each.folder:
            remove_folder(each.folder)
        elif each.pid in self._children:
            end_child(self._children[each.pid], signal.Signals(each.stop))
        else:
            end_stranger(each)


def named(name: str, pid: int, stop: signal.Signals) -> Belonging:
    """Return the entry of a process."""
    return Belonging(name, pid=pid, started_ticks=process.start_ticks(pid) or 0, stop=stop)


def remove_folder(folder: str) -> None:
    """Remove a folder of this lab with all that is in it; one that is gone already is none."""
    path = Path(folder)
    if path.parent == PLACE and path.name.startswith(PREFIX):
        shutil.rmtree(path, ignore_errors=True)


def end_child(child: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """End a child and its group; it is not reaped before, so that the group's number cannot become another's."""
    if child.returncode is None:
        with contextlib.closing(Handle(child.pid)) as handle:
            handle.end(stop)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def end_stranger(left: Belonging) -> bool:
    """End a process that an earlier command left, if it still runs and is the one that was recorded; tells whether."""
    try:
        handle = Handle(left.pid)
    except ProcessLookupError:
        return False
    with contextlib.closing(handle):
        runs = process.start_ticks(left.pid) == left.started_ticks and not handle.has_ended(0)
        if runs:
            handle.end(signal.Signals(left.stop))
    return runs


class Handle:
    """A process by a descriptor (pidfd_open(2)) that never means another; raises ProcessLookupError if it is gone."""

    def __init__(self, pid: int) -> None:
        self._descriptor = os.pidfd_open(pid)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._descriptor)

    def end(self, stop: signal.Signals) -> None:
        """Ask a process to end, and kill it where it does not within PATIENCE_S."""
        for number in (stop, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)
            if self.has_ended(PATIENCE_S):
                return

    def has_ended(self, wait_s: float) -> bool:
        """Tell whether it has, within so many seconds; one that nobody has asked for yet, a zombie, has."""
        return bool(select.select([self._descriptor], [], [], wait_s)[0])


def recover(ledger: Ledger | None = None) -> tuple[Note, ...]:
    """Take away what a killed run left: processes and folders that it recorded; a note (belonging-removed) for each.

    Nothing is done while the process that wrote the ledger still runs. A process that is not the recorded one, by pid
    and start together, is left alone.
    """
    ledger = Ledger(belongings_path()) if ledger is None else ledger
    page = ledger.load()
    if page is None or has_living_owner(page, ledger.root):
        return ()
    with undisturbed():
        told = tuple(text for each in reversed(page.belongings) if (text := take_away(each)))
        ledger.clear()
    return tuple(Note(slug="belonging-removed", text=f"{text}: an earlier run was killed") for text in told)


def take_away(left: Belonging) -> str:
    """Take one thing away and return what was done, "" where it was gone already."""
    if left.folder:
        there = Path(left.folder).exists()
        remove_folder(left.folder)
        return f"the folder of {left.name} was removed" if there else ""
    return f"process {left.pid} of {left.name} was ended" if end_stranger(left) else ""
