"""An arrival: a result that was looked at takes its place among those of its host, whole, and over no other."""

from __future__ import annotations

import os
from pathlib import Path

from bench.fleet.parcel import refused
from bench.run.journal import SEAL, read, sync_folder, writing


def keep(result: Path, host: Path) -> bool:
    """Move a result, <experiment>/<result>, to its host's folder; returns whether it was not there yet.

    Both are on one file system. Raises LabError where another result of its name is there, where another host has sent
    the same one, or where the disk does not take it.
    """
    target = host / result.parent.name / result.name
    if target.exists():
        if read(target / SEAL) == read(result / SEAL):
            return False
        raise refused(f"{target} is there already, and is another")
    for other in host.parent.glob(f"*/{result.parent.name}/{result.name}/{SEAL}"):
        if read(other) == read(result / SEAL):
            raise refused(f"{other.parents[2].name} has sent the same result: are they one host under two names?")
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        for path in result.iterdir():
            sync_file(path)
        sync_folder(result)
        os.replace(result, target)
        sync_folder(target.parent)
    return True


def sync_file(path: Path) -> None:
    """Put a file on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
