"""The roll: what is known here of every host of a job, kept beside what came from them."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Literal

from bench.error import LabError
from bench.fleet.answer import SLUGS, Answer
from bench.fleet.job import Job
from bench.model.codec import decode, encode
from bench.model.record import Record
from bench.run.journal import read, replace

ROLL = "roll.json"
FETCHED = "fetched"
MEASURING = ("started", "running")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
"""A host's name becomes that of a folder."""


class Standing(Record):
    """A host as it was when it was last asked; `due`, when its suite is expected to have ended, if it was begun."""

    state: str
    text: str = ""
    slug: str = ""
    due: str | None = None
    results: int = 0

    def is_well(self) -> bool:
        """Tell whether nothing is left to do on it but to wait and to fetch."""
        return self.state in (*MEASURING, "finished", FETCHED)


class Roll(Record):
    """A job and its hosts, by the names that the inventory has for them."""

    format: Literal[1] = 1
    fleet: str
    options: tuple[str, ...]
    experiments: tuple[str, ...]
    begun: str
    hosts: dict[str, Standing]

    @property
    def job(self) -> Job:
        """Return what it is the roll of."""
        return Job(self.fleet, self.options, self.experiments)

    def left_alone(self, now: datetime) -> tuple[str, ...]:
        """Return the hosts that measure, as far as is known: a look at them would be measured, too."""
        return tuple(name for name, host in self.hosts.items() if is_measuring(host, now))

    def lacking(self) -> tuple[str, ...]:
        """Return the hosts whose results are not all here."""
        return tuple(name for name, host in self.hosts.items() if host.state != FETCHED)

    def with_host(self, name: str, standing: Standing) -> Roll:
        """Return the roll with what is known of one host now."""
        return self.model_copy(update={"hosts": self.hosts | {name: standing}})


def is_measuring(host: Standing, now: datetime) -> bool:
    """Tell whether a host's suite was begun and is not expected to have ended."""
    return host.state in MEASURING and host.due is not None and now < datetime.fromisoformat(host.due)


def standing(answer: Answer, due: datetime | None) -> Standing:
    """Return how a host stands that answered."""
    when = due.isoformat(timespec="seconds") if due and answer.state in MEASURING else None
    return Standing(state=answer.state, text=answer.text, slug=SLUGS.get(answer.state, ""), due=when)


def read_roll(folder: Path) -> Roll | None:
    """Return the roll of a job's folder, None where it has none; raises LabError where it cannot be read."""
    path = folder / ROLL
    return decode(Roll, read(path), ROLL) if path.exists() else None


def write_roll(folder: Path, roll: Roll) -> None:
    """Write a roll, whole or not at all; raises LabError where the disk does not take it."""
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / ROLL, encode(roll))


def newest(place: Path, fleet: str) -> Path:
    """Return the folder of a fleet's job that was begun last; raises LabError where there is none."""
    rolls = {path.parent: read_roll(path.parent) for path in place.glob(f"*/{ROLL}")}
    begun = {folder: roll.begun for folder, roll in rolls.items() if roll and roll.fleet == fleet}
    if not begun:
        raise LabError("fleet-unknown", f"nothing was begun on {fleet}", remedy="begin with ./lab fleet run INVENTORY")
    return max(begun, key=lambda folder: begun[folder])
