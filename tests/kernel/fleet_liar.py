"""Hosts of a fleet that lie: what each answers, or sends, and the one line that has to come of it.

A liar is a checkout whose script says what it likes, behind a real sshd. `OWNED` is what it tries to make here.
"""

from __future__ import annotations

import io
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.kernel.fleet_ground import Host

OWNED = "owned"
RESULT = "copies/20261125T160922Z-f9e572cd-e72ec26f30"
MANIFEST = f"{RESULT}/manifest.json"
DONE = "echo 'fleet finished 100 '"
HANGS = "exec sleep 1000"
AGREES = """cat >/dev/null; echo '{"stat": {"exists": true, "isdir": false, "checksum": "0"}}'"""
"""What a Python says that was never asked to go through a file."""
Parcel = Callable[[Path], None]


@dataclass(frozen=True)
class Liar:
    """What a host does when it is asked, what it sends, its Python, and what is told of it."""

    told: str
    answer: str = DONE
    parcel: Parcel | None = None
    python: str = ""


def archive(*members: tarfile.TarInfo) -> Parcel:
    """Return what writes a parcel of some members, with three bytes in each that is a file."""

    def write(path: Path) -> None:
        with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
            for each in members:
                tar.addfile(each, io.BytesIO(b"abc") if each.size else None)

    return write


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """Return a member of an archive."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, 3 if kind == tarfile.REGTYPE else 0
    return made


def chain(path: Path) -> None:
    """Write an archive in which a long name is followed by another, a thousand times over and more."""
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 4
    block = long.tobuf(tarfile.GNU_FORMAT) + b"abc\0".ljust(512, b"\0")
    path.write_bytes(block * 5000)


def nonsense(path: Path) -> None:
    """Write what is no archive."""
    path.write_bytes(b"\x1f\x8b" + b"0" * 600)


def sparse(path: Path) -> None:
    """Write a file that is larger than anything that may come."""
    with path.open("wb") as file:
        file.truncate(1 << 40)


def liars(place: Path) -> dict[str, Liar]:
    """Return the liars by name; `place` is the folder in which one would like to have a file."""
    refused, strange = r"refused: .*\[parcel-refused\]", r"refused: .*is no file of a result \[parcel-refused\]"
    return {
        "climbs": Liar(strange, parcel=archive(member(f"copies/../../../../../../{OWNED}"))),
        "absolute": Liar(strange, parcel=archive(member(str(place / OWNED)))),
        "symlink": Liar(strange, parcel=archive(member(MANIFEST, tarfile.SYMTYPE, "/etc/passwd"), member(MANIFEST))),
        "hardlink": Liar(strange, parcel=archive(member(MANIFEST, tarfile.LNKTYPE, str(place / "hosts.ini")))),
        "device": Liar(strange, parcel=archive(member(MANIFEST, tarfile.CHRTYPE))),
        "damaged": Liar(refused, parcel=archive(member(MANIFEST), member(f"{RESULT}/seal.json"))),
        "chain": Liar(refused, parcel=chain),
        "nothing": Liar(refused, parcel=nonsense),
        "huge": Liar(r"not fetched: it is larger than \d+ bytes \[parcel-missing\]", parcel=sparse, python=AGREES),
        "absent": Liar(r"not fetched: .*does not exist.* \[parcel-missing\]"),
        "brags": Liar(r"not fetched: .*more than \d+ bytes \[parcel-missing\]", "echo 'fleet finished 9999999999999 '"),
        "escapes": Liar(
            r"failed: \?\]0;owned\?\?\[2J \?\[31mred \[host-failed\]",
            r"printf 'fleet failed 0 \033]0;owned\007\r\n\nfleet failed 0 \033]0;owned\007\033[2J \033[31mred\n'",
        ),
        "stranger": Liar(r"failed: fleet fetched 0 x \[host-failed\]", "echo 'fleet fetched 0 x'"),
        "endless": Liar(r"failed: it answered more than \d+ bytes, and was cut off \[host-failed\]", "exec yes"),
        "screams": Liar(r"failed: it answered more than \d+ bytes, and was cut off \[host-failed\]", "exec yes >&2"),
        "hangs": Liar(r"failed: .*[Tt]imed out.* \[host-failed\]", HANGS),
        "stalls": Liar(r"not fetched: .*[Tt]imed out.*\[parcel-missing\]", parcel=sparse, python=HANGS),
    }


def settle(host: Host, name: str, liar: Liar, job: str) -> str:
    """Give a liar its checkout on a host, and what it sends; returns its line of an inventory."""
    checkout, jobs = host.folder / name / "checkout", host.folder / name / "jobs"
    script, python = checkout / "bench" / "fleet" / "host.sh", checkout / ".venv" / "bin" / "python"
    for folder in (script.parent, python.parent, jobs / job):
        folder.mkdir(parents=True)
    script.write_text(f"case $1 in start) echo 'fleet started 0 ' ;; *) {liar.answer} ;; esac\n")
    if liar.python:
        python.write_text(f"#!/bin/sh\n{liar.python}\n")
        python.chmod(0o755)
    else:
        python.symlink_to(Path(sys.executable).resolve())
    if liar.parcel:
        liar.parcel(jobs / job / "parcel.tar")
    return host.line(lab_checkout=checkout, lab_jobs=jobs).replace(f"{host.name} ", f"{name} ", 1)
