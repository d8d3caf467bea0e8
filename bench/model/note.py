"""A note: something that a reader of a result must know, by a slug that docs/messages.md explains."""

from __future__ import annotations

from bench.model.record import Record


class Note(Record):
    """A warning or a reason, with the way out where there is one."""

    slug: str
    text: str
    remedy: str = ""
