"""The chart: the states of the direct map that an unfinished result has met, each written once, as what changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.error import LabError
from bench.model.atlas import AtlasEntry, AtlasState
from bench.model.codec import decode, encode
from bench.run.journal import RAW, read, unwritable, write_whole
from workloads.atlas import STRETCH_BYTES, Atlas, Integers
from workloads.atlas.change import compare, patched

CHART = "atlases"
Rows = tuple[Integers, Integers, Integers]
"""First pages, lengths in pages, and codes (level << 8 | flags)."""


@dataclass(slots=True)
class Chart:
    """The file raw/atlases, only ever appended to: a line of JSON and the rows behind it as pairs of u64, and so on."""

    path: Path
    known: set[str] = field(default_factory=set)
    last: Atlas | None = None
    last_name: str = ""

    @classmethod
    def open(cls, folder: Path) -> Chart:
        """Open the chart of an unfinished result; what a kill left unfinished at its end is cut off."""
        chart = cls(folder / RAW / CHART)
        if chart.path.exists():
            whole = 0
            for entry, _, end in entries(chart.path):
                chart.known.add(entry.state.sha256)
                whole = end
            os.truncate(chart.path, whole)
        return chart

    def add(self, atlas: Atlas) -> str:
        """Write a state that is new, on the disk before this returns, and return its name.

        Raises LabError where it cannot be written; nothing of it is there then.
        """
        if atlas.is_like(self.last):
            return self.last_name
        name = atlas.name()
        if name not in self.known:
            self._append(AtlasState(sha256=name, end_page=atlas.end_page, facts=atlas.facts), atlas)
            self.known.add(name)
            self.last, self.last_name = atlas, name
        return name

    def _append(self, state: AtlasState, atlas: Atlas) -> None:
        rows = difference(self.last, atlas)
        entry = AtlasEntry(state=state, whole=self.last is None, rows=len(rows[0]))
        packed = np.column_stack([rows[0], rows[1] << 16 | rows[2]]).astype("<u8").tobytes()
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            try:
                write_whole(descriptor, encode(entry) + packed)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise unwritable(self.path, error) from None


def difference(before: Atlas | None, after: Atlas) -> Rows:
    """Return what makes one state of another, all of it where there is none before."""
    change = compare(before, after)
    return change.first_page, change.pages, change.now


def entries(path: Path) -> Iterator[tuple[AtlasEntry, Rows, int]]:
    """Yield the whole entries of a chart, each with its rows and the place in the file where it ends.

    Raises LabError where it is no chart. An end that is torn off counts as not written.
    """
    data, at = read(path), 0
    while (line_end := data.find(b"\n", at)) >= 0:
        entry = decode(AtlasEntry, data[at:line_end], path.name)
        end = line_end + 1 + entry.rows * STRETCH_BYTES
        if entry.rows < 0 or end > len(data):
            return
        yield entry, unpack(data[line_end + 1 : end]), end
        at = end


def unpack(raw: bytes) -> Rows:
    """Return rows that were written as pairs of u64."""
    pair = np.frombuffer(raw, dtype="<u8").reshape(-1, 2)
    pages, code = pair[:, 1] >> np.uint64(16), pair[:, 1] & np.uint64(0xFFFF)
    return pair[:, 0].astype(np.int64), pages.astype(np.int64), code.astype(np.int64)


def restore(before: Atlas | None, state: AtlasState, rows: Rows, source: Path) -> Atlas:
    """Return a state from the one before it and what changed; its name shows that it is the one that was taken.

    Raises LabError where it is not.
    """
    try:
        atlas = patched(before, rows, state.end_page, state.facts)
    except ValueError as error:
        raise damaged(source, str(error)) from None
    if atlas.name() != state.sha256:
        raise damaged(source, f"the stretches of {state.sha256[:12]} do not hash to its name")
    return atlas


def states(path: Path) -> Iterator[tuple[AtlasState, Atlas]]:
    """Yield the states of a chart in the order in which they were first met; raises LabError where it is damaged."""
    last: Atlas | None = None
    for entry, rows, _ in entries(path):
        last = restore(None if entry.whole else last, entry.state, rows, path)
        yield entry.state, last


def damaged(source: Path, why: str) -> LabError:
    """Return the error for states that are not what a result says."""
    return LabError("atlases-damaged", f"{source} cannot be believed", why)
