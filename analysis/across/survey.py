"""The survey: many results taken in, looked up by an engine and put together, with what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from analysis.across.effect import Effect, effect
from analysis.across.engine import Reader
from analysis.across.finding import Finding, findings
from analysis.across.flush import Flush
from analysis.across.harvest import harvest
from analysis.across.machine import Kind, Machine
from analysis.across.source import Skipped, Source

Told = dict[tuple[str, str, Kind], Counter[Flush]]
"""How often the results of a machine, by name, kernel and kind, tell which flush class."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What many results say together: `machines` of the results that were taken in, a result each, in their order."""

    machines: tuple[Machine, ...]
    readings: int
    effects: tuple[Effect, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]


def survey(engine: Reader, taken: Iterable[Source | Skipped], done: Callable[[int], None] = lambda _: None) -> Survey:
    """Return what some results say together; `done` is told how many more of them the engine has been through.

    Raises LabError where the engine is lost.
    """
    every = list(taken)
    sources, skipped = told_apart([each for each in every if isinstance(each, Source)])
    skipped = [each for each in every if isinstance(each, Skipped)] + skipped
    sources = flushes_filled_in(sources)
    effects: dict[Source, list[Effect]] = {source: [] for source in sources}
    for batch in harvest(engine, sources):
        for found in batch.found:
            if isinstance(found, Skipped):
                skipped.append(found)
            else:
                effects[found.source].append(effect(found))
        done(batch.results)
    left_out = {each.path for each in skipped}
    kept = [source for source in sources if source.path not in left_out]
    all_of_them = tuple(each for source in kept for each in effects[source])
    return Survey(
        machines=tuple(source.machine for source in kept),
        readings=sum(source.readings for source in kept),
        effects=all_of_them,
        findings=findings(all_of_them),
        skipped=tuple(sorted(skipped, key=lambda each: str(each.path))),
    )


def told_apart(sources: Sequence[Source]) -> tuple[list[Source], list[Skipped]]:
    """Return the results each once, and the copies of them: the same readings would count twice."""
    first: dict[str, Source] = {}
    copies = [source for source in sources if first.setdefault(source.mark, source) is not source]
    told = "it has the readings of {} [result-copied]"
    return list(first.values()), [Skipped(copy.path, told.format(first[copy.mark].path)) for copy in copies]


def flushes_filled_in(sources: Sequence[Source]) -> list[Source]:
    """Return the results with the flush class that others of the same machine and kernel tell, where one tells none."""
    told: Told = {}
    for machine in (source.machine for source in sources if source.machine.flush != "not told"):
        told.setdefault((machine.name, machine.kernel, machine.kind), Counter())[machine.flush] += 1
    return [replace(source, machine=filled_in(source.machine, told)) for source in sources]


def filled_in(machine: Machine, told: Told) -> Machine:
    """Return a machine with the flush class that others of it tell, where its own result tells none."""
    others = told.get((machine.name, machine.kernel, machine.kind))
    if machine.flush != "not told" or not others:
        return machine
    return replace(machine, flush=others.most_common(1)[0][0])
