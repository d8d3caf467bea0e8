"""Controls of the atlas: whether what was read from inside agrees with what the kernel counts and says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analysis.atlas.agreement import cover, growth
from analysis.atlas.store import known
from analysis.plots.duration import count_text
from analysis.report.control import Control
from analysis.report.study import Study
from bench.model.atlas import AtlasState
from bench.model.run import Run

NAMES = {2: "Page tables of 4 KB pages, against splits of 2 MB", 3: "Page tables of 2 MB pages, against splits of 1 GB"}


def map_controls(study: Study) -> tuple[Control, ...]:
    """Return the controls of a result that has atlases; none where it has none.

    Raises LabError where its atlases cannot be read.
    """
    states = known(study.result)
    return (*tables(study.result.runs, states), *covered(list(states.values()))) if states else ()


def tables(runs: tuple[Run, ...], states: Mapping[str, AtlasState]) -> Iterator[Control]:
    """Yield whether the tables grew as splits were counted."""
    every = list(growth(runs, states))
    for level, name in NAMES.items():
        ours = [each for each in every if each.level == level]
        apart = [each for each in ours if each.tables != each.counted]
        if not ours:
            continue
        total = sum(each.tables for each in ours)
        found = f"{count_text(total, 'table')} more over {count_text(len(ours), 'run')}; "
        if apart:
            worst = max(apart, key=lambda each: abs(each.tables - each.counted))
            found += f"DISAGREES in {len(apart)}, at most in run {worst.run.trial.index}: {worst.tables} made, "
            found += f"{worst.counted} counted"
        else:
            found += "as many as were counted, run by run"
        meaning = "Each split makes one table. Something else that splits between two looks makes a difference, too."
        yield Control(name, found, meaning)


def covered(states: Sequence[AtlasState]) -> Iterator[Control]:
    """Yield whether the maps cover all memory and nothing else."""
    checks = [check for state in states for check in cover(state.facts)]
    against = dict.fromkeys(f"DISAGREES: {check.name}: {check.told}" for check in checks if not check.agrees)
    told = dict.fromkeys(check.told for check in cover(states[-1].facts))
    found = "; ".join(against or told)
    yield Control("The map, against /proc/iomem", found, "All RAM is mapped, little else is, each page in its place.")
