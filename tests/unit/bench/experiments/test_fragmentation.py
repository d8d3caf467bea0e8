"""The fragmentation experiment: no run may take more of the budget than its share, and the limit is kept to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.experiments.fragmentation import LEAST_SHARE_BYTES, LIMIT_PAGES, design
from bench.experiments.wish import Wish
from bench.run.plan import estimate, footprint

WISHES = st.builds(
    Wish,
    st.sampled_from(["quick", "full"]),
    st.integers(1, 64),
    st.integers(1, 1 << 14),
    st.integers(0, 1 << 40),
)


@given(WISHES)
def test_share_of_a_run_is_whole_regions_and_a_part_of_the_budget(wish: Wish) -> None:
    for condition in design(wish).conditions:
        share = int(condition.get("share") or 0)
        assert share % (2 << 20) == 0
        assert LEAST_SHARE_BYTES <= share <= max(LEAST_SHARE_BYTES, wish.split_budget_bytes // 8)


@given(WISHES)
def test_forecast_keeps_to_the_budget(wish: Wish) -> None:
    takes = estimate(design(wish))
    assert takes.split_bytes <= takes.split_worst_bytes <= wish.split_budget_bytes


def test_one_user_keeps_to_the_usual_limit() -> None:
    for profile in ("quick", "full"):
        conditions = design(Wish(profile)).conditions
        assert max(footprint(c).secret_bytes for c in conditions) == LIMIT_PAGES * 4096


def test_proof_is_about_every_condition() -> None:
    made = design(Wish())
    (proof,) = made.proofs
    assert set(proof.conditions) == set(made.conditions) and proof.expected == 0
