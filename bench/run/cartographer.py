"""The cartographer: takes the direct map's state before and after runs, and keeps it with the result."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from bench.host.refusal import explain
from bench.model.experiment import Experiment
from bench.model.note import Note
from bench.run.chart import Chart
from bench.run.plan import footprint
from workloads.atlas import Atlas
from workloads.instruments.atlas import TIMEOUT_S, Reader
from workloads.program import Refused
from workloads.spec import Condition, Failed, Unsupported

Refusal = Unsupported | Failed
TakeAtlas = Callable[[], str | Refusal | None]
"""Returns the name under which the state of this moment is kept, why there is none, or None where none is wanted."""
CANNOT_TELL = (
    "The direct map was not read from inside: {}. What stands in for it are the differences in /proc/meminfo and "
    "/proc/vmstat, which are in every run: they tell how often the map was split, over the whole machine. They cannot "
    "tell where, whether by this run or by something else, which pages are removed, nor what scars stay."
)


def none_taken() -> None:
    """Take no atlas."""


def touches_secrets(condition: Condition) -> bool:
    """Tell whether a condition changes the direct map."""
    return footprint(condition).secret_bytes > 0


def ask_atlas(timeout_s: float = TIMEOUT_S) -> Atlas | Refusal:
    """Return the direct map as it is now, or why it cannot be had."""
    with Reader(timeout_s) as reader:
        return answer(reader)


def answer(reader: Reader) -> Atlas | Refusal:
    """Return what a reader says, a refusal with its cause."""
    taken = reader.take()
    return explain(taken) if isinstance(taken, Refused) else taken


def notes(experiment: Experiment, taken: Atlas | Refusal | None) -> tuple[Note, ...]:
    """Return the note of an experiment that should have atlases and will have none."""
    if not isinstance(taken, Unsupported | Failed) or not any(map(touches_secrets, experiment.conditions)):
        return ()
    remedy = taken.remedy if isinstance(taken, Unsupported) else ""
    return (Note(slug=taken.slug, text=CANNOT_TELL.format(taken.reason), remedy=remedy),)


@contextlib.contextmanager
def cartographer(chart: Chart) -> Iterator[TakeAtlas]:
    """Give what takes atlases and keeps them in a chart; the program that reads the map is there until the exit."""
    with Reader() as reader:

        def take() -> str | Refusal:
            taken = answer(reader)
            return chart.add(taken) if isinstance(taken, Atlas) else taken

        yield take
