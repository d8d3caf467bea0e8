"""Settings of the machine that a trial needs otherwise, put back to what they were read as, on every exit."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.host import cpu
from bench.host.cpu import ROOT
from bench.host.ledger import Change, Ledger, Page, has_living_owner
from bench.host.setting import (
    Setting,
    absent,
    at,
    cpu_online,
    huge_page_pool,
    interrupt_affinities,
    interrupt_placement,
    legacy_cpusets,
)
from bench.model.note import Note
from workloads.instruments.procfs import read_integer
from workloads.spec import Unsupported

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Keep signals that end a process waiting, so that a change and its entry in the ledger stay together."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Tuning:
    """A context manager under which settings may be changed; leaving it, however, puts all of them back.

    Each change is in the ledger before it is made, so that after SIGKILL `recover` can undo it. Entering undoes what
    an earlier process left. One process at a time: hold bench.host.lock.Lock.
    """

    def __init__(self, ledger: Ledger | None = None, root: Path = ROOT) -> None:
        """Take another `ledger` and another `root` for /proc and /sys only to test."""
        self.root = root
        self.ledger = Ledger(root=root) if ledger is None else ledger
        self.notes: tuple[Note, ...] = ()
        self._changes: tuple[Change, ...] = ()
        self._held: Page | None = None
        self._placement: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Undo what an earlier process left, then start; what could not be undone is tried again at the end."""
        page = self.ledger.load()
        self._held = page if page and has_living_owner(page, self.root) else None
        if page and not self._held:
            self.notes = recover(self.ledger)
            left = self.ledger.load()
            self._changes = left.changes if left else ()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put everything back; what could not be is in `notes` and stays in the ledger."""
        try:
            self.notes += self.restore()
        except BaseException:  # a signal that came in between must not leave the machine changed
            self.notes += self.restore()
            raise

    def restore(self) -> tuple[Note, ...]:
        """Put everything back, last change first; return notes on what could not be. Calling it again is safe.

        Notes: setting-stuck for each setting that is not as before (it stays in the ledger for the next command), and
        interrupts-moved where device interrupts now go to other CPUs.
        """
        if not self._changes:
            return ()
        with undisturbed():
            stuck, notes = put_back(self._changes)
            self.ledger.save(stuck) if stuck else self.ledger.clear()
            self._changes = stuck
        return notes + self._note_moved_interrupts()

    def change(self, setting: Setting, value: str, on_the_side: tuple[Setting, ...] = ()) -> Unsupported | None:
        """Set one setting; `on_the_side` are others that the kernel may change with it and that are put back after it.

        None where it was done; Unsupported (setting-absent, setting-refused, settings-held, ledger-unwritable) where
        nothing was.
        """
        before = setting.read()
        if before == value:
            return None
        if not before:
            return absent(setting)
        if self._held:
            return Unsupported("settings-held", f"process {self._held.pid} is changing settings", "wait until it ends")
        known = {change.path for change in self._changes}
        fresh = [
            Change(each.name, str(each.path), text, each is setting)
            for each in (*on_the_side, setting)
            if str(each.path) not in known and (text := each.read())
        ]
        return self._record_and_write((*self._changes, *fresh), setting, value)

    def _record_and_write(self, changes: tuple[Change, ...], setting: Setting, value: str) -> Unsupported | None:
        with undisturbed():
            refused = self.ledger.save(changes)
            if refused is None:
                earlier, self._changes = self._changes, changes
                refused = setting.write(value)
                if refused is not None:
                    self._changes = earlier
                    self.ledger.save(earlier) if earlier else self.ledger.clear()
        return refused

    def _note_moved_interrupts(self) -> tuple[Note, ...]:
        now = interrupt_placement(self.root)
        moved = [path for path, cpus in self._placement.items() if now.get(path, cpus) != cpus]
        self._placement = {}
        if not moved:
            return ()
        text = f"{len(moved)} device interrupts go to other CPUs than before; the kernel leaves them where they are"
        return (Note(slug="interrupts-moved", text=text, remedy="reboot, or run irqbalance --oneshot"),)

    def limit_online_cpus(self, count: int) -> tuple[int, ...] | Unsupported:
        """Leave `count` of the CPUs that are online on, taking the last ones offline first; return those left on.

        Unsupported: cpu-count where there are not that many, cpu-not-removable, and what `change` gives. Device
        interrupts move to the CPUs that stay and do not come back by themselves: their masks are put back where the
        kernel changed them, their placement within the mask is noted (interrupts-moved).
        """
        online = cpu.online(self.root)
        if not 1 <= count <= len(online):
            return Unsupported("cpu-count", f"{count} CPUs were asked for; {len(online)} are online")
        removable = [one for one in online if one in cpu.removable(self.root)][::-1]
        leaving = removable[: len(online) - count]
        if len(leaving) < len(online) - count:
            return Unsupported(
                "cpu-not-removable",
                f"{count} CPUs online cannot be had: only {len(removable)} of {len(online)} can be taken offline",
                "boot a kernel built with CONFIG_HOTPLUG_CPU, outside of a container",
            )
        self._placement = self._placement or interrupt_placement(self.root)
        on_the_side = (*interrupt_affinities(self.root), *legacy_cpusets(self.root))
        for one in leaving:
            if refused := self.change(cpu_online(one, self.root), "0", on_the_side):
                return refused
        return cpu.online(self.root)

    def reserve_huge_pages(self, page_bytes: int, count: int) -> Unsupported | None:
        """Grow the hugetlb pool of one page size until `count` of its pages are free.

        Unsupported: hugetlb-short where the memory is too fragmented or too small (the pool is as before then), and
        what `change` gives. The caller checks the reserve of memory first.
        """
        pool = huge_page_pool(page_bytes, self.root)
        missing = count - free_huge_pages(pool)
        before = pool.read()
        if missing <= 0 or not before:
            return None if before else absent(pool)
        if refused := self.change(pool, str(int(before) + missing)):
            return refused
        if (free := free_huge_pages(pool)) >= count:
            return None
        pool.write(before)
        return Unsupported(
            "hugetlb-short",
            f"{pool.name}: {count} free pages were asked for and the kernel could gather {free}",
            f"reserve them at boot, while memory is whole: hugepagesz={page_bytes >> 20}M hugepages={count}",
        )


def free_huge_pages(pool: Setting) -> int:
    """Return the pages of a pool that nobody uses or has reserved."""
    free = read_integer(pool.path.with_name("free_hugepages")) or 0
    return free - (read_integer(pool.path.with_name("resv_hugepages")) or 0)


def put_back(changes: tuple[Change, ...]) -> tuple[tuple[Change, ...], tuple[Note, ...]]:
    """Write back each change, the last first; return those of ours that could not be, and a note for each that differs.

    What is gone altogether (an unplugged device's interrupt) is not missed.
    """
    stuck: list[Change] = []
    notes: list[Note] = []
    for change in reversed(changes):
        setting = at(change.name, Path(change.path))
        refused = None if setting.read() == change.before else setting.write(change.before)
        now = setting.read()
        if now in ("", change.before):
            continue
        why = f": {refused.reason}" if refused else ""
        text = f"{change.name} was {change.before} and is now {now}{why}"
        notes.append(Note(slug="setting-stuck", text=text, remedy=f"echo {change.before} > {change.path}"))
        if change.ours:
            stuck.insert(0, change)
    return tuple(stuck), tuple(notes)


def recover(ledger: Ledger | None = None) -> tuple[Note, ...]:
    """Put back what a killed process left changed; return a note for each setting (setting-recovered, setting-stuck).

    Nothing is done while the process that wrote the ledger still runs, or where the machine has booted since. Every
    command calls this before it does anything else.
    """
    ledger = Ledger() if ledger is None else ledger
    page = ledger.load()
    if page is None or has_living_owner(page, ledger.root):
        return ()
    with undisturbed():
        stuck, notes = put_back(page.changes)
        ledger.save(stuck) if stuck else ledger.clear()
    recovered = [change for change in page.changes if change.ours and change not in stuck]
    return notes + tuple(
        Note(slug="setting-recovered", text=f"{change.name} is {change.before} again: an earlier run was killed")
        for change in recovered
    )
