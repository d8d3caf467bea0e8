"""The family of a report's claims: of many that are judged side by side some would be decided by luck alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.compare import Ratio
from analysis.stats.equivalence import equivalence
from analysis.stats.multiplicity import holm
from analysis.verdict import Verdict
from bench.model.claim import Claim


@dataclass(frozen=True, slots=True)
class Place:
    """A claim's place among all claims of a report that could be tested.

    `p` is small where the data decide the claim, either way: below 1 - confidence exactly where its verdict is not
    undecided. `adjusted` allows for all claims (Holm); `stands` tells whether the verdict would be the same then.
    `rank` counts from 1, the smallest p, `of` the claims. `different` is the p of no difference at all, `alike` that of
    a difference that matters.
    """

    p: float
    adjusted: float
    rank: int
    of: int
    stands: bool
    different: float
    alike: float


Places = Mapping[Verdict, Place]


def places(verdicts: Iterable[Verdict]) -> Places:
    """Return the place of each verdict on something that was measured.

    The family is every claim that was measured: leaving out what turned out undecided would be choosing by the result.
    """
    judged = [(verdict, verdict.ratio) for verdict in verdicts if verdict.ratio]
    ps = [decisive(verdict.claim, ratio) for verdict, ratio in judged]
    ranks = (np.argsort(np.argsort(ps, kind="stable"), kind="stable") + 1).tolist()
    rows = zip(judged, ps, holm(ps), ranks, strict=True)
    return {verdict: place(verdict, ratio, p, adjusted, rank, len(ps)) for (verdict, ratio), p, adjusted, rank in rows}


def place(verdict: Verdict, ratio: Ratio, p: float, adjusted: float, rank: int, of: int) -> Place:
    """Return one place."""
    level, bound, found = 1 - verdict.claim.confidence, np.log1p(verdict.claim.smallest_effect), ratio.difference
    different = min(1.0, 2 * min(found.above(0), found.below(0)))
    stands = (adjusted < level) == (verdict.outcome != "undecided")
    return Place(p, adjusted, rank, of, stands, different, equivalence(found, -bound, bound))


def decisive(claim: Claim, ratio: Ratio) -> float:
    """Return the p with which a ratio decides a claim, for it or against it.

    Twice the smaller of the one-sided ps, because a verdict asks for the whole of a two-sided interval.
    """
    bound, found = float(np.log1p(claim.smallest_effect)), ratio.difference
    above, below = found.above(bound), found.below(-bound)
    decided = {
        "greater": min(above, found.below(bound)),
        "less": min(below, found.above(-bound)),
        "equivalent": min(equivalence(found, -bound, bound), above, below),
    }
    return min(1.0, 2 * decided[claim.relation])
