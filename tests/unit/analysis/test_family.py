"""Places among all claims: small where a verdict is decided, and stricter the more claims there are."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.compare import ratio_of
from analysis.family import decisive, places
from analysis.verdict import Verdict, decide
from tests.unit.analysis.test_verdict import claim


def verdict(relation: str, middle: float, spread: float, blocks: int = 9, seed: int = 1) -> Verdict:
    logs = np.log(middle) + np.random.default_rng(seed).normal(0, spread, blocks)
    ratio = ratio_of(logs, 0.95)
    fixed = claim(relation)
    return Verdict(fixed, decide(fixed, ratio), ratio, None, ())


@pytest.mark.parametrize("relation", ["greater", "less", "equivalent"])
def test_p_is_below_a_twentieth_exactly_where_the_verdict_is_decided(relation: str) -> None:
    rng = np.random.default_rng(3)
    every = [verdict(relation, np.exp(rng.normal(0, 0.15)), 0.1, 6, seed) for seed in range(300)]
    decided = [each.outcome != "undecided" for each in every]
    assert [decisive(each.claim, each.ratio) < 0.05 for each in every if each.ratio] == decided
    assert 0 < sum(decided) < len(every)


def test_claim_that_only_just_holds_does_not_stand_among_many() -> None:
    weak = verdict("greater", 1.2, 0.08, 9, 5)
    strong = [verdict("greater", 3, 0.02, 9, seed) for seed in range(10, 13)]
    open_ones = [verdict("greater", 1.1, 0.3, 9, seed) for seed in range(40)]
    undecided = [each for each in open_ones if each.outcome == "undecided"]
    assert weak.outcome == "supported" and places([weak])[weak].stands
    found = places([weak, *strong, *undecided])
    assert not found[weak].stands and found[weak].adjusted > found[weak].p
    assert all(found[each].stands and found[each].rank <= 3 for each in strong)
    assert all(found[each].stands for each in undecided), "what was open stays open"


def test_what_was_not_measured_has_no_place_and_is_not_counted() -> None:
    measured, absent = verdict("greater", 2, 0.1), Verdict(claim("less"), "not run", None, None, ("no",))
    found = places([absent, measured])
    assert absent not in found and found[measured].of == 1


def test_single_block_tells_nothing() -> None:
    one = verdict("greater", 5, 0.1, 1)
    place = places([one])[one]
    assert place.p == place.adjusted == 1 and place.different == 1


def test_alike_and_different_are_two_questions() -> None:
    alike, apart = verdict("equivalent", 1.0, 0.01), verdict("greater", 2, 0.01)
    found = places([alike, apart])
    assert found[alike].alike < 0.001 < found[alike].different
    assert found[apart].different < 0.001 and found[apart].alike > 0.999
