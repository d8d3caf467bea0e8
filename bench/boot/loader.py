"""Loaders: what has the next boot be of a kind, once, and puts back what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bench.model.boot import Kind
from bench.model.note import Note
from workloads.spec import Unsupported


class Loader(Protocol):
    """One way to choose the next boot; every method may be called again after a power failure."""

    @property
    def name(self) -> str:
        """Its name, as a person types it."""

    @property
    def alone(self) -> bool:
        """Whether it needs nobody at the console."""

    def obstacle(self) -> Unsupported | None:
        """Return why it cannot be used here, None where it can."""

    def changes(self, kinds: Sequence[Kind]) -> tuple[str, ...]:
        """Return what it would change, in words."""

    def prepare(self, kinds: Sequence[Kind]) -> None:
        """Write down what is there, then make what a series needs; raises LabError where that cannot be written."""

    def arm(self, kind: Kind) -> None:
        """Choose the next boot, and no later one; raises LabError where that cannot be done."""

    def disarm(self) -> tuple[Note, ...]:
        """Take a choice back that is still open; a note where a boot has not used its choice up."""

    def restore(self) -> tuple[Note, ...]:
        """Put everything back as it was read; a note for what somebody else changed meanwhile."""

    def told(self, kind: Kind) -> tuple[str, ...]:
        """Return what a person does for the next boot, once it is armed."""
