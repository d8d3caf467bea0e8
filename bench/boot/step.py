"""The next step of a series: a pure function of its plan, of what happened, and of the boot that runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.model.boot import BootEvent, BootPlan, Outcome
from bench.model.note import Note


@dataclass(frozen=True, slots=True)
class Ask:
    """Have the next boot be of the place's kind; `again` where this boot has asked for it already."""

    place: int
    again: bool


@dataclass(frozen=True, slots=True)
class Check:
    """See whether this boot, the first since one was asked for, is what was asked for."""

    place: int


@dataclass(frozen=True, slots=True)
class Spoil:
    """Write down that a boot does not count."""

    place: int
    note: Note


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure in this boot, or go on where that was broken off."""

    place: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Put everything back, and end the series."""

    outcome: Outcome
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do."""


Step = Ask | Check | Spoil | Measure | Settle | Done
LEFT = Note(slug="boot-left", text="The machine was rebooted before this boot was measured to its end.")
NOT_NEW = Note(slug="boot-not-new", text="This boot had its turn before: each counts once.")


def next_step(plan: BootPlan, events: Sequence[BootEvent], boot: str) -> Step:
    """Return what is to be done now, in the boot of that hash.

    Each step leaves an event behind once it is done, so that one that was broken off is what comes next again.
    """
    if any(event.event == "ended" for event in events):
        return Done()
    place = measured(events)
    if place == len(plan.order):
        return Settle("complete", ())
    mine = since_measured(events)
    last = mine[-1] if mine else None
    if last is None:
        return Ask(place, again=False)
    if last.event == "spoiled":
        tried = sum(event.event == "spoiled" for event in mine)
        return Settle("gave-up", last.notes) if tried >= plan.tries else Ask(place, again=False)
    if last.event == "booted":
        return Measure(place) if last.boot == boot else Spoil(place, LEFT)
    if last.boot == boot:
        return Ask(place, again=True)
    had = any(event.boot == boot for event in events)
    return Spoil(place, NOT_NEW) if had else Check(place)


def measured(events: Sequence[BootEvent]) -> int:
    """Return how many boots were measured, which is the place of the next one."""
    return sum(event.event == "measured" for event in events)


def since_measured(events: Sequence[BootEvent]) -> tuple[BootEvent, ...]:
    """Return what happened since the last boot that was measured."""
    last = max((n for n, event in enumerate(events) if event.event == "measured"), default=-1)
    return tuple(events[last + 1 :])
