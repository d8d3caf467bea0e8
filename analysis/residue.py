"""Residue: what varied between runs of one condition though no factor names it, so that they are not quite alike.

The idea is that of golang/perf's benchproc: pooling over a key that varies and was not named is worth a warning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from analysis.load import Result
from bench.model.note import Note
from bench.model.run import Native
from workloads.spec import Condition

DRAWN = ("seed", "plug_pages", "turned")
ENDED = ("descriptor_after_exec", "split_bytes", "lacking", "split_budget", "stopped_by", "rounds_made")
FOUND = ("paths_lacking", "fresh", "changed_pages", "visit_faults")
REACHED = ("rate_pages_a_s", "turn_operations", "victim_turns")
WHEN = ("window_begin_ns", "window_end_ns", "victim_voluntary_switches", "victim_involuntary_switches")
OUTCOMES = frozenset((*DRAWN, *ENDED, *FOUND, *REACHED, *WHEN))
"""Settings that a program reports and does not choose."""


def residue(result: Result) -> tuple[Note, ...]:
    """Return a note for every key that varied within a condition, with its values."""
    seen: dict[tuple[Condition, str], set[str]] = defaultdict(set)
    for run in result.runs:
        for key, value in keys(run.native).items() if run.native else ():
            seen[run.trial.condition, key].add(value)
    return tuple(
        Note(slug="unnamed-key", text=f"{condition.label()}: {key} was {' and '.join(sorted(values))}")
        for (condition, key), values in seen.items()
        if len(values) > 1
    )


def mixture(results: Sequence[Result]) -> tuple[Note, ...]:
    """Return a note for whatever results that are shown together do not have in common, of what decides figures."""
    fixed = [result.manifest for result in results]
    of = {"machines": {each.machine for each in fixed}, "kernels": {each.environment.kernel for each in fixed}}
    return tuple(
        Note(
            slug="results-differ",
            text=f"These results are of several {what}: {', '.join(sorted(values))}. Compare within one of them only.",
            remedy="name results of one machine and one kernel",
        )
        for what, values in of.items()
        if len(values) > 1
    )


def keys(native: Native) -> dict[str, str]:
    """Return what a run was made with, by name."""
    settings = {name: str(value) for name, value in native.settings.items() if name not in OUTCOMES}
    return {**settings, "clock": native.clock.source}
