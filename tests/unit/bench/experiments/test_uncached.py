"""uncached: what is claimed of which memory, and that a range comes from the user alone."""

from __future__ import annotations

from bench.experiments.uncached import DRASTIC, design
from bench.experiments.wish import Wish
from bench.model.claim import Claim
from workloads.uncached import NO_RANGE, WORKS


def of(kind: str, wish: Wish) -> list[Claim]:
    return [claim for claim in design(wish).claims if claim.name.startswith(f"{kind}-")]


def test_both_sides_of_each_claim_are_of_one_process() -> None:
    assert all(claim.baseline == claim.treatment and claim.baseline_metric for claim in design(Wish("full")).claims)


def test_slower_is_more_than_twice_as_long_and_names_who_said_so() -> None:
    slower = of("flushed", Wish()) + of("uncached", Wish())
    assert {(claim.relation, claim.smallest_effect) for claim in slower} == {("greater", DRASTIC)}
    assert len(slower) == 2 * len(WORKS) and all(claim.source for claim in slower)


def test_flushing_is_called_a_lower_bound() -> None:
    assert all("lower bound" in claim.text for claim in of("flushed", Wish("full")))


def test_what_is_called_uncached_is_flushed_as_well_which_must_change_nothing() -> None:
    truly = of("truly", Wish())
    assert {(c.metric.split("_")[1], c.baseline_metric.split("_")[1]) for c in truly} == {("flushed", "uncached")}
    assert {claim.treatment for claim in truly} == {claim.treatment for claim in of("uncached", Wish())}


def test_no_range_is_guessed() -> None:
    ranges = [{c.get("range") for c in design(wish).conditions} for wish in (Wish(), Wish(uncached_range="1000-1fff"))]
    assert ranges == [{None, NO_RANGE}, {None, "1000-1fff"}]


def test_full_has_a_larger_size_which_tables_do_not() -> None:
    quick, full = ({c.get("bytes") for c in design(Wish(profile)).conditions} for profile in ("quick", "full"))
    large = [claim.name for claim in of("flushed", Wish("full")) if claim.name.endswith("-large")]
    assert (len(quick), len(full)) == (1, 2)
    assert large == ["flushed-aes-large", "flushed-copy-large", "flushed-chase-large"]
