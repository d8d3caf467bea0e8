"""What happens in a series, as an event of this moment and this boot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bench.boot.sight import Sight
from bench.host.parameter import is_allowed
from bench.model.boot import BootEvent, Event, Outcome
from bench.model.note import Note

LOOKED = ("booted", "spoiled", "measured")
"""The events at which the direct map was looked at anew."""


def happened(
    event: Event, place: int, seen: Sight, *, notes: Sequence[Note] = (), results: Sequence[str] = (),
    outcome: Outcome | None = None,
) -> BootEvent:  # fmt: skip
    """Return an event of this moment in the boot that was seen; of its command line what may be published."""
    return BootEvent(
        event=event,
        place=place,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        boot=seen.boot,
        kernel=seen.kernel,
        command_line=tuple(word for word in seen.command_line if is_allowed(word)),
        map_bytes=seen.map_bytes if event in LOOKED else {},
        seen_by=seen.seen_by if event in LOOKED else "",
        results=tuple(results),
        outcome=outcome,
        notes=tuple(notes),
    )
