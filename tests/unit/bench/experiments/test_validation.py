"""The validation experiment: pairs that are alike but for their name, and delays against a copy of their own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.validation import apart, delay_of, is_same, is_within
from bench.experiments.catalog import select
from bench.experiments.validation import BACKINGS, COPIES, DELAYS, NAME, design
from bench.experiments.wish import Wish
from bench.run.plan import estimate

WISHES = st.builds(Wish, st.sampled_from(["quick", "full"]), st.integers(1, 64), st.integers(1, 2048))


@given(WISHES)
def test_every_claim_is_of_a_pair_that_is_alike_or_differs_in_a_delay_alone(wish: Wish) -> None:
    made = design(wish)
    for within in (False, True):
        claims = [claim for claim in made.claims if is_within(claim) == within]
        pairs, slower = ([claim for claim in claims if kind(claim)] for kind in (is_same, delay_of))
        assert len(pairs) == len(BACKINGS) * COPIES // 2 and len(slower) == len(BACKINGS) * len(DELAYS)
        assert len(pairs) + len(slower) == len(claims)
    assert len({claim.name for claim in made.claims}) == len({claim.text for claim in made.claims}) + 12
    assert {side for claim in made.claims for side in (claim.baseline, claim.treatment)} <= set(made.conditions)


@given(WISHES)
def test_no_run_is_in_two_comparisons_that_are_counted_together(wish: Wish) -> None:
    claims = design(wish).claims
    for kind in ([c for c in claims if not delay_of(c)], [c for c in claims if delay_of(c)]):
        assert apart(kind) == kind


def test_quick_one_takes_two_minutes_at_most() -> None:
    assert estimate(design(Wish(cpus=2))).seconds <= 120


def test_it_is_made_by_its_own_command_and_not_unasked() -> None:
    assert NAME not in [made.name for profile in ("quick", "full") for made in select((), Wish(profile))]
    assert [made.name for made in select((NAME,), Wish())] == [NAME]
