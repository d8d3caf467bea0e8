"""States of the direct map, as a result keeps them and as `./lab atlas` writes one."""

from __future__ import annotations

from typing import Literal

from bench.model.record import Record
from workloads.atlas import Facts


class AtlasState(Record):
    """One state: the SHA-256 of its stretches, the first page behind memory, and what else the walk counted."""

    sha256: str
    end_page: int
    facts: Facts


class AtlasEntry(Record):
    """What stands before the rows of one state in raw/atlases: all of it, or what changed since the entry before."""

    state: AtlasState
    whole: bool
    rows: int


class AtlasIndex(Record):
    """The states of atlases.parquet; the number of a row's atlas is the place of its state here."""

    states: tuple[AtlasState, ...]


class AtlasFile(Record):
    """One state in a file of its own; a stretch is its first page, its pages, its level and its flags."""

    format: Literal[1] = 1
    taken: str
    kernel: str
    architecture: str
    state: AtlasState
    kernel_says: dict[str, int]
    stretches: tuple[tuple[int, int, int, int], ...]
