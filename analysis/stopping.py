"""Stopping: whether a run knows its claims well enough to end, and how one ended that was to end by itself."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.cells import cells
from analysis.compare import Ratio
from analysis.load import Result
from analysis.verdict import Verdict, measure
from bench.model.stopping import Stopping

NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Width:
    """How far the widest interval of all claims reaches to either side, as a fraction of its ratio, and whose it is.

    0 and nobody's where no claim could be measured: more blocks would not change that.
    """

    half_width: float
    claim: str


@dataclass(frozen=True, slots=True)
class Stop:
    """How a run ended: at which number of blocks, the how manieth look that was (from 1), and how well it knew then."""

    rule: Stopping
    blocks: int
    look: int
    widest: Width

    @property
    def enough(self) -> bool:
        """Tell whether it ended because it was enough, and not because the blocks did."""
        return self.widest.half_width <= self.rule.half_width


def half_width(ratio: Ratio) -> float:
    """Return how far a ratio's interval reaches to either side on average, as a fraction of the ratio."""
    return (ratio.high - ratio.low) / (2 * ratio.value) if math.isfinite(ratio.high) else math.inf


def widest(ratios: Iterable[tuple[str, Ratio | None]]) -> Width:
    """Return the widest of some claims' intervals; one that was not measured has none."""
    widths = [Width(half_width(ratio), name) for name, ratio in ratios if ratio]
    return max(widths, key=lambda width: width.half_width, default=Width(0.0, ""))


def look(result: Result) -> Width:
    """Return how well a result that is being made knows its claims."""
    known = cells(result)
    claims = result.manifest.experiment.claims
    return widest((claim.name, measure(claim, known, NOBODY)) for claim in claims)


def stop(result: Result, verdicts: Iterable[Verdict]) -> Stop | None:
    """Return how a finished result ended; None where its number of blocks was fixed, or it is not finished."""
    rule, blocks = result.manifest.experiment.until, blocks_made(result)
    if rule is None or result.seal is None or blocks not in rule.looks:
        return None
    found = widest((verdict.claim.name, verdict.ratio) for verdict in verdicts)
    return Stop(rule, blocks, 1 + rule.looks.index(blocks), found)


def blocks_made(result: Result) -> int:
    """Return how many blocks a result has, the one that is being made included."""
    return 1 + max((run.trial.block for run in result.runs), default=-1)
