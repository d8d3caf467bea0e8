"""The manifest: everything that was fixed before the first trial, and the seal that is set after the last."""

from __future__ import annotations

from typing import Literal

from bench.model.environment import Environment
from bench.model.experiment import Experiment
from bench.model.note import Note
from bench.model.record import Record

Format = Literal[1, 2]
FORMAT: Format = 2
"""Version of the result format that is written; docs/data-format.md says what each version holds."""


class Manifest(Record):
    """Written once, before anything is measured, and never again: the claims cannot move to meet the data."""

    format: Format = FORMAT
    experiment: Experiment
    seed: int
    created: str
    commit: str
    machine: str
    environment: Environment
    notes: tuple[Note, ...] = ()


class Seal(Record):
    """Written last: a result that has it is whole, and its files hash to these values."""

    finished: str
    runs: int
    readings: int
    interruptions: int
    sha256: dict[str, str]
