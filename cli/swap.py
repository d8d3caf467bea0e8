"""Folders that take a place whole: the new one is there, or the old one still is, at every moment."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.host.hold import held, is_left
from bench.run.journal import sync_folder, writing

AT_FDCWD, RENAME_EXCHANGE = -100, 2
DRAFT = re.compile(r"\.(.+)\.\d+\.(draft|old)")
"""The name of a folder that grows, or that made place for one, with that of its target."""


@contextmanager
def building(target: Path) -> Iterator[Path]:
    """Give a folder beside the target to fill, which then takes its place; nothing of it stays otherwise.

    Whatever the target was before is removed: the caller has looked at it. Raises LabError where it cannot be written.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    try:
        with writing(target):
            sweep(target.parent)
            draft.mkdir(parents=True)
            with held(draft):
                yield draft
            sync_folder(draft)
            take_place(draft, target)
            sync_folder(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def sweep(folder: Path) -> list[Path]:
    """Take away what processes that were killed left in a folder, and return it; what made place is put back."""
    left = [path for path in folder.glob(".*") if DRAFT.fullmatch(path.name) and is_left(path)]
    for path in left:
        name, kind = DRAFT.fullmatch(path.name).groups()  # type: ignore[union-attr]
        if kind == "old" and not os.path.lexists(path.with_name(name)):
            path.rename(path.with_name(name))
        shutil.rmtree(path, ignore_errors=True)
    return left


def take_place(draft: Path, target: Path) -> None:
    """Put a folder in the place of another, which is then where the first one was, or in a place that is free."""
    if not os.path.lexists(target):
        draft.rename(target)
        return
    try:
        exchange(draft, target)
    except OSError as error:
        if error.errno not in (errno.ENOSYS, errno.EINVAL):  # NFS and FUSE may know no exchange
            raise
        aside = draft.with_suffix(".old")
        target.rename(aside)
        draft.rename(target)
        aside.rename(draft)


def exchange(one: Path, other: Path) -> None:
    """Exchange two folders in one step (renameat2(2), Linux 3.15); raises OSError where that is not to be had."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))
