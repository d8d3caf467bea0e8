"""Boots: a series whose conditions are boots of one machine, fixed before the first, and what happened in it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bench.model.claim import Claim
from bench.model.note import Note
from bench.model.record import Record

Entries = Literal["1g", "2m", "4k", "blocks"]
Event = Literal["asked", "booted", "measured", "spoiled", "ended"]
Outcome = Literal["complete", "gave-up", "abandoned"]


class Kind(Record):
    """A kind of boot: the words that its kernel's command line has, the names of those that it lacks, and the entries.

    `entries` is what the direct map is to be in; "blocks" is anything larger than 4 KB.
    """

    name: str
    entries: Entries
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    note: str = ""


class BootClaim(Claim):
    """A claim about a workload in two kinds of boots: its baseline in the one, its treatment in the other.

    The unit of replication is the boot, the block one of the series; `control` is taken from the same two boots.
    """

    baseline_boot: str
    treatment_boot: str


class BootPlan(Record):
    """What is fixed before the first boot. `order` names the kinds, every one of them once a block.

    `words` are for `./lab run`; `boot` is the boot in which it was planned, `tries` how often a boot is asked for.
    """

    format: Literal[1] = 1
    created: str
    commit: str
    machine: str
    name: str
    architecture: str
    kernel: str
    boot: str
    words: tuple[str, ...]
    experiments: tuple[str, ...]
    kinds: tuple[Kind, ...]
    blocks: int
    seed: int
    order: tuple[str, ...]
    tries: int
    loader: str
    claims: tuple[BootClaim, ...]

    def kind(self, place: int) -> Kind:
        """Return the kind of the boot at a place of the order."""
        return next(kind for kind in self.kinds if kind.name == self.order[place])

    def block(self, place: int) -> int:
        """Return the block that a place belongs to."""
        return place // len(self.kinds)


class BootEvent(Record):
    """One line of boots.jsonl. `boot` is the boot in which it was written, as a hash that tells nothing else.

    `map_bytes` is what the direct map was made of, by size of entry, and `seen_by` who says so, where it was looked at:
    in boots that were booted, spoiled and measured, of which the last is how measuring left it. `results` are the
    folders of what was measured, below the series'.
    """

    event: Event
    place: int
    at: str
    boot: str
    kernel: str = ""
    command_line: tuple[str, ...] = ()
    map_bytes: dict[str, int] = Field(default_factory=dict)
    seen_by: Literal["atlas", "meminfo", ""] = ""
    results: tuple[str, ...] = ()
    outcome: Outcome | None = None
    notes: tuple[Note, ...] = ()
