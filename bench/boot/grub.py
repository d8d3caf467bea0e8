"""GRUB: entries in custom.cfg, which grub.cfg reads, and next_entry, which GRUB takes for one boot and clears.

grub-reboot(8) and GNU GRUB manual, "The GRUB environment block": next_entry is a variable in grubenv, a file of 1,024
bytes that GRUB writes in place. grub.cfg itself is left alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.boot.grubfile import PREFIX, Entry, block, booted, with_block, without_block
from bench.error import LabError
from bench.host.cpu import ROOT
from bench.host.parameter import split
from bench.model.boot import Kind
from bench.model.codec import decode, encode
from bench.model.note import Note
from bench.model.record import Record
from bench.run.journal import read, replace
from workloads.instruments.procfs import read_line, read_text
from workloads.spec import Unsupported

FOLDERS = ("boot/grub", "boot/grub2")
TOOLS = ("grub-editenv", "grub2-editenv")
NEXT = "next_entry"
STUCK = Note(
    slug="boot-not-one-shot",
    text="GRUB did not clear its choice: it cannot write grubenv here (LVM, RAID, btrfs or ZFS). The lab cleared it.",
    remedy="put /boot on a plain file system, or use --loader manual",
)


class Found(Record):
    """What was there before: custom.cfg, None where there was none, and next_entry; and what was written."""

    custom: str | None
    next_entry: str | None
    ours: str


@dataclass(frozen=True, slots=True)
class Grub:
    """GRUB below a root; `memory` is the file in which it keeps what it found."""

    memory: Path
    root: Path = ROOT
    name: str = "grub"
    alone: bool = True

    @property
    def folder(self) -> Path:
        """Where grub.cfg is: /boot/grub, or /boot/grub2 on Fedora and SUSE."""
        folders = [self.root / each for each in FOLDERS]
        return next((each for each in folders if (each / "grub.cfg").exists()), folders[0])

    @property
    def custom(self) -> Path:
        """The file that grub.cfg reads at its end."""
        return self.folder / "custom.cfg"

    def obstacle(self) -> Unsupported | None:
        """Return why it cannot be used here (grub-unusable), None where it can."""
        text = read_text(self.folder / "grub.cfg")
        entry = self.entry()
        reasons = (
            (not text, f"there is no {self.folder / 'grub.cfg'} that this user can read"),
            ("${next_entry}" not in text, "grub.cfg does not look at next_entry"),
            ("custom.cfg" not in text, "grub.cfg does not read custom.cfg (/etc/grub.d/41_custom is missing)"),
            ("superusers" in text, "its entries are locked by a password"),
            (not (self.folder / "grubenv").exists(), f"there is no {self.folder / 'grubenv'}"),
            (entry is None, "no entry of grub.cfg boots the kernel that runs (as with BLS), or another loader did"),
            (tool() is None, "grub-editenv is not installed"),
            (not os.access(self.folder, os.W_OK), f"this user cannot write to {self.folder}"),
        )
        why = next((reason for holds, reason in reasons if holds), "")
        return Unsupported("grub-unusable", f"GRUB cannot be told here: {why}", "--loader manual") if why else None

    def entry(self) -> Entry | None:
        """Return the entry that booted this kernel."""
        return booted(read_text(self.folder / "grub.cfg"), split(read_line(self.root / "proc/cmdline")))

    def changes(self, kinds: Sequence[Kind]) -> tuple[str, ...]:
        """Return the files that are changed, and the lines that come."""
        entry = self.entry()
        lines = block(entry, kinds).splitlines() if entry else []
        return (
            f"{self.custom}: these lines at its end, until the series is over",
            *(f"  {line}" for line in lines),
            f"{self.folder / 'grubenv'}: next_entry, before each boot; GRUB clears it as it boots",
        )

    def prepare(self, kinds: Sequence[Kind]) -> None:
        """Write down what is there, then write the entries."""
        entry = self.entry()
        if entry is None:
            raise LabError("grub-unusable", "no entry of grub.cfg boots the kernel that runs", remedy="--loader manual")
        there = read_text(self.custom) if self.custom.exists() else None
        found = Found(custom=there, next_entry=self.variables().get(NEXT), ours=block(entry, kinds))
        replace(self.memory, encode(found))
        put(self.custom, with_block(there or "", found.ours))

    def arm(self, kind: Kind) -> None:
        """Choose the next boot; entries that somebody has taken away meanwhile are written again."""
        ours = self.found().ours
        text = read_text(self.custom)
        if ours not in text:
            put(self.custom, with_block(text, ours))
        wanted = f"{PREFIX}{kind.name}"
        self.edit("set", f"{NEXT}={wanted}")
        if self.variables().get(NEXT) != wanted:
            raise LabError("boot-unwritable", f"{self.folder / 'grubenv'} did not take the next boot")

    def disarm(self) -> tuple[Note, ...]:
        """Clear a choice of ours that is still there."""
        if not self.variables().get(NEXT, "").startswith(PREFIX):
            return ()
        self.edit("unset", NEXT)
        return (STUCK,)

    def restore(self) -> tuple[Note, ...]:
        """Put custom.cfg and next_entry back; what others wrote to custom.cfg meanwhile stays, and is noted."""
        self.disarm()
        if not self.memory.exists():
            return ()
        found = self.found()
        now = self.variables().get(NEXT)
        if not now and now != found.next_entry:  # GRUB leaves an empty one behind; one of somebody else stays
            self.edit(*(("unset", NEXT) if found.next_entry is None else ("set", f"{NEXT}={found.next_entry}")))
        if not self.custom.exists():
            return ()
        rest, before = without_block(read_text(self.custom)), found.custom
        if not rest and before is None:
            self.custom.unlink()
            return ()
        if before is not None and rest.rstrip("\n") == before.rstrip("\n"):
            rest = before
        put(self.custom, rest)
        text = f"{self.custom} was changed by somebody else meanwhile: only the lab's entries were taken out."
        return () if rest == before else (Note(slug="boot-custom-changed", text=text),)

    def told(self, kind: Kind) -> tuple[str, ...]:
        """Return that a reboot is enough."""
        return (f"reboot this machine: GRUB boots the entry {PREFIX}{kind.name}, once",
                "once it is up, type: ./lab run --continue")  # fmt: skip

    def found(self) -> Found:
        """Return what was found before."""
        return decode(Found, read(self.memory), self.memory.name)

    def variables(self) -> dict[str, str]:
        """Return what grubenv holds."""
        lines = self.edit("list").splitlines()
        return {key: value for key, _, value in (line.partition("=") for line in lines)}

    def edit(self, *words: str) -> str:
        """Call grub-editenv; raises LabError where it refuses."""
        command = (tool() or TOOLS[0], str(self.folder / "grubenv"), *words)
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            raise LabError("boot-unwritable", "grub-editenv cannot be called", error.strerror or "") from None
        if done.returncode:
            raise LabError("boot-unwritable", f"{self.folder / 'grubenv'} cannot be changed", done.stderr.strip())
        return done.stdout


def tool() -> str | None:
    """Return grub-editenv's path; sudo and services may leave /usr/sbin out of PATH."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    return next((found for each in TOOLS if (found := shutil.which(each, path=path))), None)


def put(path: Path, text: str) -> None:
    """Write a file of the boot loader whole or not at all; raises LabError (boot-unwritable)."""
    try:
        replace(path, text.encode())
    except LabError as error:
        remedy = "make /boot writable and make room there; the file is as it was"
        raise LabError("boot-unwritable", f"cannot write to {path}", error.why, remedy) from None
