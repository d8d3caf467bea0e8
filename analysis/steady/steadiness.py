"""The steadiness of a result: its traces, and what each claim would be if only a part of its readings counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.cells import Cell
from analysis.compare import Ratio
from analysis.steady.sitting import Sitting, sitting
from analysis.steady.trace import Key, Trace, Wanted, traces
from analysis.verdict import Outcome, Verdict, decide, measure
from bench.model.claim import Claim

if TYPE_CHECKING:
    from analysis.report.study import Study

Traces = Mapping[Key, tuple[Trace, ...]]


@dataclass(frozen=True, slots=True)
class Steady:
    """A judged claim with what its runs and blocks say of it in their order.

    `drifting` are the runs (plan indices) whose readings have a trend or change their level. `halves` are the ratios of
    the first and of the second half of every run's readings, None where they are too few.
    """

    verdict: Verdict
    halves: tuple[Ratio, Ratio] | None = None
    sitting: Sitting | None = None
    drifting: tuple[int, ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, Ratio, Outcome], ...]:
        """Return the ratio of either half, and with blocks that count for less, each with what the claim comes to."""
        found = [*zip(("first halves", "second halves"), self.halves or (), strict=False)]
        found += [("blocks that hang together", self.sitting.wider)] if self.sitting else []
        return tuple((name, ratio, decide(self.verdict.claim, ratio)) for name, ratio in found)

    @property
    def others(self) -> tuple[tuple[str, Outcome], ...]:
        """Return what else the claim could have come to, with why: outcomes that are not the claim's own."""
        return tuple((name, outcome) for name, _, outcome in self.parts if outcome != self.verdict.outcome)

    @property
    def marked(self) -> bool:
        """Tell whether a reader should look at it twice."""
        moves = self.sitting is not None and (self.sitting.drifts or self.sitting.changes)
        return moves or bool(self.others)


@dataclass(frozen=True, slots=True)
class Steadiness:
    """What can be said of a result's steadiness: of its runs by condition and metric, and of its claims, in order."""

    traces: Traces
    claims: tuple[Steady, ...]


def steadiness(study: Study) -> Steadiness:
    """Return the steadiness of what a study's claims rest on; it reads the samples once more.

    Raises LabError where they cannot be read.
    """
    ratios = [verdict for verdict in study.verdicts if verdict.ratio]
    found = traces(study.result, wanted([verdict.claim for verdict in ratios]))
    first, second = (tuple(halved(study.cells, found, half)) for half in (0, 1))
    return Steadiness(found, tuple(steady(verdict, found, first, second) for verdict in study.verdicts))


def wanted(claims: list[Claim]) -> Wanted:
    """Return the statistics of conditions and metrics that claims rest on."""
    found: dict[Key, frozenset[str]] = {}
    for claim in claims:
        for key in keys(claim):
            found[key] = found.get(key, frozenset()) | {claim.statistic}
    return found


def keys(claim: Claim) -> Iterator[Key]:
    """Yield the conditions and metrics that a claim rests on: baseline, treatment, and those of its control."""
    yield claim.baseline, claim.baseline_metric or claim.metric
    yield claim.treatment, claim.metric
    yield from zip((claim.baseline, claim.treatment), claim.control or (), strict=False)


def halved(cells: tuple[Cell, ...], found: Traces, half: int) -> Iterator[Cell]:
    """Yield cells whose statistics are those of one half of every run's readings, where each run has enough."""
    for cell in cells:
        runs = {trace.run: trace for trace in found.get((cell.condition, cell.metric), ())}
        if runs and runs.keys() >= set(cell.runs):
            names = runs[cell.runs[0]].halves
            values = {name: np.array([runs[run].halves[name][half] for run in cell.runs]) for name in names}
            yield replace(cell, values=values)


def steady(verdict: Verdict, found: Traces, first: tuple[Cell, ...], second: tuple[Cell, ...]) -> Steady:
    """Return one claim's steadiness."""
    claim, ratio = verdict.claim, verdict.ratio
    if ratio is None:
        return Steady(verdict)
    one, other = measure(claim, first, frozenset()), measure(claim, second, frozenset())
    drifting = sorted({trace.run for key in keys(claim) for trace in found.get(key, ()) if trace.moves})
    return Steady(verdict, (one, other) if one and other else None, sitting(ratio), tuple(drifting))
