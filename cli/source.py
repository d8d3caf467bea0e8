"""The source of the lab as one checksum: what tells reports that this code wrote from those of any other."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from pathlib import Path

from cli.place import CHECKOUT

FLOORS, KINDS = ("workloads", "bench", "analysis", "cli"), {".py", ".j2", ".css", ".js", ".typ"}
LOCK = CHECKOUT / "requirements" / "run.txt"


@cache
def checksum() -> str:
    """Return the SHA-256 over every file that a report is made by, the locked dependencies and the interpreter."""
    state = hashlib.sha256(f"{platform.python_version()} {platform.machine()}".encode())
    for path in (*sources(), LOCK):
        state.update(b"\0".join((str(path.relative_to(CHECKOUT)).encode(), path.read_bytes(), b"")))
    return state.hexdigest()


def sources() -> list[Path]:
    """Return the files of the four floors, in a fixed order."""
    found = (path for floor in FLOORS for path in (CHECKOUT / floor).rglob("*"))
    return sorted(path for path in found if path.suffix in KINDS and path.is_file())
