"""The folder that results go to: whether it can be written, and how much fits."""

from __future__ import annotations

import os
from pathlib import Path

from workloads.spec import Unsupported

LEAST_BYTES = 1 << 30
MIB = 1 << 20


def nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next((each for each in (folder, *folder.parents) if each.is_dir()), Path("/"))


def refusal(folder: Path) -> Unsupported | None:
    """Return why nothing can be written into a folder (results-not-writable), None where it can."""
    there = nearest(folder)
    if os.statvfs(there).f_flag & os.ST_RDONLY:
        reason = f"{there} is on a file system that is mounted read-only"
        return Unsupported("results-not-writable", reason, "LAB_RESULTS=/var/tmp/results ./lab run")
    if os.access(there, os.W_OK | os.X_OK):
        return None
    return Unsupported(
        "results-not-writable", f"{there} cannot be written by this user", f"sudo chown $(id -u) {there}"
    )


def free_bytes(folder: Path) -> int:
    """Return the bytes that this user may still write where the folder is or would be."""
    status = os.statvfs(nearest(folder))
    return status.f_bavail * status.f_frsize


def shortage(free: int) -> Unsupported | None:
    """Return why too little space is left (disk-low), None where there is enough for a full result."""
    if free >= LEAST_BYTES:
        return None
    reason = f"{free // MIB} MiB are free for results; a full run may write {LEAST_BYTES // MIB} MiB"
    return Unsupported("disk-low", reason, "df -h results; remove what is not needed from results/local")
