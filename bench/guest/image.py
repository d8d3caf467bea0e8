"""The initramfs of a guest: the lab's programs, what is to be run, and nothing else.

A cpio archive of the kind "newc" (Documentation/driver-api/early-userspace/buffer-format.rst), not compressed: a kernel
that is emulated takes longer to unpack it than to be given it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.guest.job import Job

REGULAR, FOLDER, CHARACTER = 0o100000, 0o040000, 0o020000
CONSOLE = (5, 1)
"""Major and minor number of /dev/console (Documentation/admin-guide/devices.txt)."""
END = "TRAILER!!!"
FOLDERS = ("dev", "proc", "sys", "tmp", "run", "lab", "lab/bin")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive."""

    name: str
    mode: int
    data: bytes = b""
    device: tuple[int, int] = (0, 0)


def padded(data: bytes) -> bytes:
    """Return bytes filled up to a multiple of four."""
    return data + bytes(-len(data) % 4)


def packed(number: int, entry: Entry) -> bytes:
    """Return an entry as it stands in the archive: 13 numbers of eight hex digits, the name, the data."""
    name = entry.name.encode() + b"\0"
    fields = (number, entry.mode, 0, 0, 1, 0, len(entry.data), 0, 0, *entry.device, len(name), 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields)
    return padded(head + name) + padded(entry.data)


def archive(entries: Iterable[Entry]) -> bytes:
    """Return an archive of the entries."""
    whole = (*entries, Entry(END, 0))
    return b"".join(packed(number, entry) for number, entry in enumerate(whole, 1))


def image(programs: Mapping[str, bytes], jobs: tuple[Job, ...], wanted: tuple[str, ...]) -> bytes:
    """Return the initramfs; `programs` holds every program that a job names, and "guest", which becomes /init."""
    return archive(
        (
            *(Entry(name, FOLDER | 0o755) for name in FOLDERS),
            Entry("dev/console", CHARACTER | 0o600, device=CONSOLE),
            Entry("init", REGULAR | 0o755, programs["guest"]),
            *(
                Entry(f"lab/bin/{name}", REGULAR | 0o755, programs[name])
                for name in sorted({job.program for job in jobs})
            ),
            Entry("lab/jobs", REGULAR | 0o644, b"".join(job.line() for job in jobs)),
            Entry("lab/wanted", REGULAR | 0o644, "".join(f"{pattern}\n" for pattern in wanted).encode()),
        )
    )


def make_image(folder: Path, jobs: tuple[Job, ...], wanted: tuple[str, ...]) -> bytes:
    """Return the initramfs with the programs of a folder; raises OSError where one of them is not there."""
    names = {"guest", *(job.program for job in jobs)}
    return image({name: (folder / name).read_bytes() for name in names}, jobs, wanted)
