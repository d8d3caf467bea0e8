"""Traces: who has secret memory and gives it up, as one event a row, whatever gives it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Origin = Literal["recorded", "made up"]
Event = tuple[int, int]
"""A file, and how many more pages of it are touched; 0 gives the file up with all its pages."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Events in their order: `file` and `pages` have one entry each; a file is given up once and not used again."""

    name: str
    title: str
    origin: Origin
    file: Counts
    pages: Counts

    @classmethod
    def of(cls, name: str, title: str, origin: Origin, events: Iterable[Event]) -> Trace:
        """Make a trace from events."""
        rows = np.array(list(events), dtype=np.int64).reshape(-1, 2)
        return cls(name, title, origin, rows[:, 0], rows[:, 1])

    @property
    def sizes(self) -> Counts:
        """Return how many pages each file comes to have, by its number."""
        return np.bincount(self.file, weights=self.pages).astype(np.int64)

    @property
    def changes(self) -> Counts:
        """Return by how many pages each event changes what is held."""
        return np.where(self.pages > 0, self.pages, -self.sizes[self.file])

    @property
    def held(self) -> Counts:
        """Return how many pages are held after each event."""
        return np.cumsum(self.changes)

    @property
    def touched_pages(self) -> int:
        """Return how often a page was touched for the first time."""
        return int(self.pages.sum())

    @property
    def peak_pages(self) -> int:
        """Return how many pages are held at most at a time."""
        return int(self.held.max(initial=0))
