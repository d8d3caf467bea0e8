"""Verdicts follow from the interval and the claim, and from nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.compare import Ratio
from analysis.verdict import decide, remarks
from bench.model.claim import Claim
from tests.unit.bench.run.fake import condition

RATIOS = st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)).map(lambda pair: Ratio(1.0, *sorted(pair), 9))


def claim(relation: str, smallest: float = 0.1) -> Claim:
    ends = {"baseline": condition("anonymous"), "treatment": condition("secret")}
    fixed = {"name": "x", "text": "x", "metric": "first_touch", "statistic": "p50", "smallest_effect": smallest}
    return Claim.model_validate(fixed | ends | {"relation": relation})


@pytest.mark.parametrize(
    ("relation", "low", "high", "outcome"),
    [
        ("greater", 1.2, 1.5, "supported"),
        ("greater", 1.05, 1.5, "undecided"),
        ("greater", 0.9, 1.05, "refuted"),
        ("less", 0.5, 0.8, "supported"),
        ("less", 0.5, 0.95, "undecided"),
        ("less", 0.95, 1.2, "refuted"),
        ("equivalent", 0.95, 1.05, "supported"),
        ("equivalent", 0.95, 1.2, "undecided"),
        ("equivalent", 0.5, 2.0, "undecided"),
        ("equivalent", 1.2, 1.3, "refuted"),
        ("equivalent", 0.5, 0.8, "refuted"),
    ],
)
def test_verdict_is_what_the_interval_amounts_to(relation, low, high, outcome) -> None:
    assert decide(claim(relation), Ratio((low * high) ** 0.5, low, high, 9)) == outcome


def test_verdict_is_undecided_when_interval_straddles_threshold() -> None:
    assert decide(claim("greater"), Ratio(1.1, 1.0999, 1.1001, 9)) == "undecided"


def test_verdict_is_undecided_without_bounds() -> None:
    for relation in ("greater", "less", "equivalent"):
        assert decide(claim(relation), Ratio(5.0, 0.0, np.inf, 1)) == "undecided"


@pytest.mark.parametrize(
    ("logs", "told"), [((0.1, 0.12, 0.09, 0.11, 0.1), "below "), ((0.0, 9.0), "of any size ")], ids=["five", "two"]
)
def test_no_number_is_told_where_nothing_could_be_seen(logs: tuple[float, ...], told: str) -> None:
    ratio = Ratio(1.1, 0.5, 2.0, len(logs), logs=logs)
    assert f"an effect {told}" in " ".join(remarks(claim("greater"), ratio, "undecided", ratio))


@given(RATIOS, st.floats(0.01, 3))
def test_greater_and_less_are_mirror_images(ratio: Ratio, smallest: float) -> None:
    mirrored = Ratio(1 / ratio.value, 1 / ratio.high, 1 / ratio.low, ratio.blocks)
    below, above = 1 / (1 + smallest), 1 + smallest
    if all(abs(edge / bound - 1) > 1e-9 for edge in (ratio.low, ratio.high) for bound in (below, above)):
        assert decide(claim("greater", smallest), ratio) == decide(claim("less", smallest), mirrored)


@given(RATIOS, RATIOS, st.sampled_from(["greater", "less", "equivalent"]))
def test_a_narrower_interval_never_turns_an_outcome_round(outer: Ratio, inner: Ratio, relation: str) -> None:
    if outer.low <= inner.low and inner.high <= outer.high:
        was, is_now = decide(claim(relation), outer), decide(claim(relation), inner)
        assert was in ("undecided", is_now)
