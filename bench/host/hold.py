"""A hold: a folder is locked by the process that works in it, so that what a killed one left can be told."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PLACE, NAME = Path("/var/tmp"), "secretmem-lab-access-??????"
"""Where `access` works (workloads/access/stage.c); what it does there belongs to root, or to an ordinary user."""
ORDINARY_USER = 65534
SETTLED_S = 1.0
"""A program makes its folder and takes it in two calls; in between it is nobody's, and stays."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Let nobody sweep a folder away as long as this process lives; the kernel lets go of it with the process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system without locks: then nobody sweeps there at all
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def is_left(path: Path) -> bool:
    """Tell whether something is a folder of this user, or one that root gave away, and no living process holds it."""
    owners = (0, ORDINARY_USER) if os.geteuid() == 0 else (os.geteuid(),)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(descriptor).st_uid in owners
    except OSError:
        return False
    finally:
        os.close(descriptor)


def is_settled(path: Path) -> bool:
    """Tell whether a folder was there before this moment, and still is."""
    try:
        return time.time() - path.lstat().st_mtime > SETTLED_S
    except FileNotFoundError:
        return False


def sweep(place: Path = PLACE) -> list[Path]:
    """Take away the folders of programs that were killed, and return them."""
    left = [path for path in sorted(place.glob(NAME)) if is_settled(path) and is_left(path)]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return left
