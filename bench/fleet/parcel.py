"""A parcel: the finished results of a host in one tar file, unpacked as if an enemy had packed it."""

from __future__ import annotations

import re
import shutil
import tarfile
from pathlib import Path

from bench.error import LabError
from bench.run.journal import SEAL, SEALED, SEALED_TOO

FILES = "|".join(re.escape(name) for name in (*SEALED, *SEALED_TOO, SEAL))
RESULT = r"\d{8}T\d{6}Z-[A-Za-z0-9.]{1,32}-[a-z0-9-]{1,32}"
NAME = re.compile(rf"([a-z][a-z0-9_]{{0,63}})/({RESULT})/({FILES})", re.ASCII)
"""<experiment>/<date>-<machine>-<commit>/<file>, and nothing else: no other folder can be reached by it."""
PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)
MOST_MEMBERS = 10_000


def unpack(parcel: Path, into: Path) -> tuple[Path, ...]:
    """Unpack a parcel into an empty folder and return the results in it, <experiment>/<result> each.

    Raises LabError, and leaves what was unpacked so far, where it holds anything but plain files of results, each once.
    """
    results: dict[Path, None] = {}
    try:
        with tarfile.open(parcel, "r:") as tar:
            for number, member in enumerate(tar):
                results[place(tar, member, number, into)] = None
    except (tarfile.TarError, ValueError, OSError, EOFError) as error:
        raise refused(str(error) or type(error).__name__) from None
    return tuple(results)


def place(tar: tarfile.TarFile, member: tarfile.TarInfo, number: int, into: Path) -> Path:
    """Write one member where it belongs and return its result's folder."""
    found = NAME.fullmatch(member.name)
    if not found or member.type not in PLAIN or member.sparse or member.pax_headers:
        raise refused(f"{member.name!r} is no file of a result")
    if number >= MOST_MEMBERS:
        raise refused(f"it has more than {MOST_MEMBERS} files")
    folder = into / found[1] / found[2]
    folder.mkdir(parents=True, exist_ok=True)
    source = tar.extractfile(member)
    assert source is not None  # a plain file
    with source, (folder / found[3]).open("xb") as target:  # x: a file that is there twice is refused
        shutil.copyfileobj(source, target)
    return folder


def refused(why: str) -> LabError:
    """Return the error for a parcel, or a result in it, that is not taken in."""
    return LabError("parcel-refused", "what it sent is refused", why)
