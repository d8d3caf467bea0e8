"""A run: what happened when one trial was made, or why it could not be."""

from __future__ import annotations

from typing import Literal

from bench.model.note import Note
from bench.model.record import Record
from workloads.spec import Condition, Series

Status = Literal["ok", "unsupported", "failed"]
Counters = dict[str, int | None]
"""A snapshot by name; None where this machine does not count it."""


class Trial(Record):
    """One condition at its place in the plan: `index` counts from 0 through the plan and names the run."""

    index: int
    block: int
    condition: Condition


class SampleFile(Record):
    """The raw readings of one run: `readings` integers whose bytes hash to `sha256`, split into `series`."""

    readings: int
    sha256: str
    series: tuple[Series, ...]


class Clock(Record):
    """The clock that timed a run; overhead is the median of two reads with nothing between them."""

    source: str
    rate_from: str
    hz: float
    resolution_ns: float
    overhead_ns: float


class Canary(Record):
    """A fixed spin and a fixed chase, timed beside the trial: they tell a disturbed trial from a slow condition."""

    spin_ns: int
    chase_ns: int


class HostBacking(Record):
    """What was done before the timing so that the host had the memory backed, and how long a page of that took."""

    prepared_pages: int
    prepared_with: str
    prepare_ns_per_page: float


class Native(Record):
    """What the program said of itself: its settings, its clock, its counters around the timed part."""

    settings: dict[str, str | int]
    clock: Clock
    before: Counters
    after: Counters
    canary_before: Canary
    canary_after: Canary
    host_backing: HostBacking


class Run(Record):
    """One line of runs.jsonl; `sitting` counts how often the run of the plan was resumed before this.

    `atlas_before` and `atlas_after` name the states of the direct map in atlases.parquet; None where none was taken.
    """

    trial: Trial
    sitting: int = 0
    status: Status
    notes: tuple[Note, ...] = ()
    started: str
    wall_ns: int
    harness_ns: int
    before: Counters
    after: Counters
    native: Native | None = None
    samples: SampleFile | None = None
    atlas_before: str | None = None
    atlas_after: str | None = None
