"""A series of boots on disk: a plan that nothing changes, a log that is only ever appended to, and the results."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.error import LabError
from bench.model.boot import BootEvent, BootPlan
from bench.model.codec import decode, encode
from bench.run.journal import MANIFEST, Journal, read, replace, sync_folder, unwritable, write_whole, writing

PLAN, LOG, FOUND = "plan.json", "boots.jsonl", "found.json"
"""FOUND is what a loader found and puts back; it is of this machine alone, and not for publishing."""
FOLDER = "boots"


@dataclass(frozen=True, slots=True)
class Series:
    """A series' folder; every method leaves it whole, whenever the power fails."""

    folder: Path

    @classmethod
    def create(cls, place: Path, plan: BootPlan) -> Series:
        """Make the folder <date>-<machine>-<commit> with the plan, and wait for the disk.

        Raises LabError where it cannot be made.
        """
        date = datetime.fromisoformat(plan.created).strftime("%Y%m%dT%H%M%SZ")
        folder = place / f"{date}-{plan.name}-{plan.commit}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            raise LabError("result-exists", f"{folder} is there already", "results are never overwritten") from None
        except OSError as error:
            raise unwritable(folder, error) from None
        replace(folder / PLAN, encode(plan))
        sync_folder(place)
        return cls(folder)

    def plan(self) -> BootPlan:
        """Read the plan; raises LabError where it cannot be read, or is no such plan."""
        return decode(BootPlan, read(self.folder / PLAN), PLAN)

    def events(self) -> tuple[BootEvent, ...]:
        """Read every whole line of the log; a torn last line was being written when the power failed, and is none."""
        path = self.folder / LOG
        lines = read(path).split(b"\n")[:-1] if path.exists() else []
        return tuple(decode(BootEvent, line, f"{LOG} line {n}") for n, line in enumerate(lines, 1))

    def append(self, event: BootEvent) -> None:
        """Write one event, whole, and wait until it is on the disk; what was torn before it is cut off."""
        path = self.folder / LOG
        with writing(path):
            if path.exists():
                os.truncate(path, read(path).rfind(b"\n") + 1)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                write_whole(descriptor, encode(event))
            finally:
                os.close(descriptor)
            sync_folder(self.folder)

    def is_open(self) -> bool:
        """Tell whether it has not ended."""
        return not any(event.event == "ended" for event in self.events())

    def of_boot(self, boot: str) -> dict[str, Journal]:
        """Return the results that were begun in a boot, by experiment."""
        found = (Journal(path.parent) for path in sorted(self.folder.glob(f"*/*/{MANIFEST}")))
        return {journal.folder.parent.name: journal for journal in found if journal.manifest().environment.boot == boot}


def every(place: Path) -> list[Series]:
    """Return all series below a folder, by name, which begins with the date."""
    return [Series(path.parent) for path in sorted(place.glob(f"*/{PLAN}"))]


def running(place: Path) -> Series | None:
    """Return the series that has not ended, None where there is none; at most one is open at a time."""
    return next((series for series in reversed(every(place)) if series.is_open()), None)
