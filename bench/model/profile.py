"""A profile: where the kernel's time goes in a fault, sampled in processes of their own and never in timed ones."""

from __future__ import annotations

from bench.model.note import Note
from bench.model.record import Record
from workloads.spec import Condition


class Stack(Record):
    """One chain of calls, outermost first with ";" between, and how often each process met it."""

    frames: str
    counts: tuple[int, ...]


class Sampled(Record):
    """The samples of one condition; `elsewhere` counts by process the samples of the kernel outside of the touches.

    `event` is what a sample is taken by: cycles, or cpu-clock where there are no hardware counters; "" with no sample.
    """

    condition: Condition
    processes: int
    event: str
    stacks: tuple[Stack, ...]
    elsewhere: tuple[int, ...]
    notes: tuple[Note, ...] = ()


class Profile(Record):
    """All that was sampled for a result; the notes say what is missing and why."""

    frequency_hz: int
    conditions: tuple[Sampled, ...]
    notes: tuple[Note, ...] = ()
