"""A contrast: what changed between two results of one experiment, condition by condition and claim by claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.cells import Cell
from analysis.comparability import LeftOut, circumstances, left_out, refuse, shared
from analysis.compare import by_block, paired
from analysis.load import Result
from analysis.proof import Finding
from analysis.report.study import Study, study
from analysis.stats.difference import independent
from analysis.stats.interval import Floats
from analysis.verdict import Verdict, sides

CONFIDENCE = 0.95
NOBODY: frozenset[int] = frozenset()
Told = Literal["more", "less", "not told apart"]


@dataclass(frozen=True, slots=True)
class Shift:
    """Second over first with its interval, and how many blocks of each it rests on.

    `sure` tells whether the interval still excludes 1 when it allows for all the comparisons of one contrast
    (Bonferroni): of 20 intervals at 95 %, one excludes 1 by chance.
    """

    value: float
    low: float
    high: float
    blocks: tuple[int, int]
    sure: bool

    @property
    def told(self) -> Told:
        """Return what the interval amounts to."""
        return "more" if self.low > 1 else "less" if self.high < 1 else "not told apart"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One condition and metric in both results."""

    before: Cell
    after: Cell
    shift: Shift


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """One claim's two verdicts; `shift` is the second's ratio over the first's, None where one was not measured."""

    before: Verdict
    after: Verdict
    shift: Shift | None
    reworded: bool


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two results side by side: `circumstances` differ beside the figures, `left_out` could not be compared."""

    first: Study
    second: Study
    statistic: str
    circumstances: tuple[str, ...]
    cells: tuple[CellChange, ...]
    claims: tuple[ClaimChange, ...]
    proofs: tuple[tuple[Finding, Finding], ...]
    left_out: tuple[LeftOut, ...]

    @property
    def comparisons(self) -> int:
        """Return how many intervals there are."""
        return len(self.cells) + sum(change.shift is not None for change in self.claims)


def contrast(first: Result, second: Result, statistic: str = "p50") -> Contrast:
    """Return what changed from the first result to the second.

    Blocks of the two were measured in different sittings, so that nothing is paired between them; a claim's ratio is
    paired within each. Raises LabError where they cannot be compared.
    """
    refuse(first, second)
    one, other = study(first), study(second)
    pairs, verdicts = tuple(matched(one, other)), tuple(judged(one, other))
    count = len(pairs) + len(verdicts)
    return Contrast(
        first=one,
        second=other,
        statistic=statistic,
        circumstances=tuple(circumstances(first.manifest, second.manifest)),
        cells=tuple(cell_change(a, b, statistic, count) for a, b in pairs),
        claims=tuple(claim_change(a, b, one, other, count) for a, b in verdicts),
        proofs=tuple((a, b) for a in one.findings for b in other.findings if a.proof.name == b.proof.name),
        left_out=left_out(first, second),
    )


def matched(one: Study, other: Study) -> Iterator[tuple[Cell, Cell]]:
    """Yield the cells that both have of conditions that were measured alike."""
    alike = set(shared(one.result, other.result))
    theirs = {(cell.condition, cell.metric): cell for cell in other.cells}
    for cell in one.cells:
        if cell.condition in alike and (cell.condition, cell.metric) in theirs:
            yield cell, theirs[cell.condition, cell.metric]


def cell_change(before: Cell, after: Cell, statistic: str, comparisons: int) -> CellChange:
    """Return by how much a statistic moved, from its value in each block."""
    first, second = (np.log([*by_block(cell, statistic, NOBODY).values()]) for cell in (before, after))
    return CellChange(before, after, shift(first, second, comparisons, before.looks * after.looks))


def judged(one: Study, other: Study) -> Iterator[tuple[Verdict, Verdict]]:
    """Yield the verdicts on claims of one name."""
    theirs = {verdict.claim.name: verdict for verdict in other.verdicts}
    for verdict in one.verdicts:
        if verdict.claim.name in theirs:
            yield verdict, theirs[verdict.claim.name]


def claim_change(before: Verdict, after: Verdict, one: Study, other: Study, comparisons: int) -> ClaimChange:
    """Return what became of a claim; a sentence about other conditions is another claim, and not compared."""
    about = {"text", "source", "smallest_effect", "relation"}
    same = before.claim.model_dump(exclude=about) == after.claim.model_dump(exclude=about)
    found = (logs(before, one), logs(after, other)) if same else (None, None)
    looks = before.ratio.looks * after.ratio.looks if before.ratio and after.ratio else 1
    moved = shift(found[0], found[1], comparisons, looks) if found[0] is not None and found[1] is not None else None
    return ClaimChange(before, after, moved, before.claim != after.claim)


def logs(verdict: Verdict, of: Study) -> Floats | None:
    """Return the logarithm of a claim's ratio block by block, None where it was not measured."""
    ends = sides(verdict.claim, of.cells)
    return paired(ends[0], ends[1], verdict.claim.statistic, NOBODY, ends[2]) if ends and verdict.ratio else None


def shift(first: Floats, second: Floats, comparisons: int, looks: int) -> Shift:
    """Return the ratio of two geometric means over blocks, from logarithms; `looks` are those of both together."""
    found = independent(first, second, looks)
    interval, strict = found.interval(CONFIDENCE), found.interval(1 - (1 - CONFIDENCE) / max(comparisons, 1))
    value, low, high = np.exp([found.value, interval.low, interval.high])
    sure = strict.low > 0 or strict.high < 0
    return Shift(float(value), float(low), float(high), (len(first), len(second)), sure)
