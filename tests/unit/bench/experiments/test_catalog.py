"""The experiments: well-formed on machines of every size."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.experiments.catalog import CATALOG, names, select
from bench.experiments.wish import Wish
from bench.model.codec import decode, encode
from bench.model.experiment import Experiment
from bench.run.plan import estimate
from workloads.catalog import find

WISHES = st.builds(Wish, st.sampled_from(["quick", "full"]), st.integers(1, 256), st.integers(1, 1 << 20))


@given(WISHES)
@example(Wish("full", pages=64))  # as many as pools holds anyway
def test_every_design_is_well_formed(wish: Wish) -> None:
    for entry in CATALOG:
        made = entry.design(wish)
        assert made.name == entry.name and made.profile == wish.profile
        assert made.blocks >= (3 if made.split_budget_bytes else 10)  # what is spent for good is not spent ten times
        assert len(set(made.conditions)) == len(made.conditions)
        assert len({claim.name for claim in made.claims}) == len(made.claims)
        for claim in made.claims:
            assert {claim.baseline, claim.treatment} <= set(made.conditions)
            assert claim.metric in {metric.name for metric in find(claim.treatment.workload).metrics}


@given(WISHES)
def test_every_proof_is_about_conditions_of_its_experiment_and_a_metric_of_theirs(wish: Wish) -> None:
    for entry in CATALOG:
        made = entry.design(wish)
        assert len({proof.name for proof in made.proofs}) == len(made.proofs)
        for proof in made.proofs:
            assert proof.conditions and set(proof.conditions) <= set(made.conditions)
            for condition in proof.conditions:
                assert proof.metric in {metric.name for metric in find(condition.workload).metrics}


@given(WISHES)
def test_conditions_use_only_factors_and_choices_that_their_workload_has(wish: Wish) -> None:
    for entry in CATALOG:
        for condition in entry.design(wish).conditions:
            factors = {factor.name: factor for factor in find(condition.workload).factors}
            for name, value in condition.factors:
                assert not factors[name].choices or value in factors[name].choices


@given(WISHES)
def test_an_experiment_survives_the_codec(wish: Wish) -> None:
    for entry in CATALOG:
        made = entry.design(wish)
        assert decode(Experiment, encode(made), "test") == made


def test_one_cpu_gets_no_condition_that_wants_two() -> None:
    for made in select(names(), Wish("full", 1)):
        for condition in made.conditions:
            assert condition.get("threads") in (None, 1)
            assert condition.get("others") in (None, "idle")


def test_threads_go_up_to_all_cpus() -> None:
    (made,) = select(("page_cost",), Wish("full", 6))
    assert {condition.get("threads") for condition in made.conditions} == {1, 2, 4, 6}


def test_taking_cpus_offline_is_never_done_unasked_in_the_quick_profile() -> None:
    assert "online_cpus" not in [made.name for made in select((), Wish("quick", 8))]
    assert [made.name for made in select(("online_cpus",), Wish("quick", 8))] == ["online_cpus"]


def test_what_is_made_by_default_takes_three_minutes_at_most_on_two_cpus() -> None:
    assert sum(estimate(made).seconds for made in select((), Wish("quick", cpus=2))) <= 180


def test_an_unknown_experiment_is_named() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        select(("page_cost", "nonsense"), Wish())


def test_the_number_of_pages_is_varied_in_full_with_its_ordinary_counterpart() -> None:
    quick, full = (select(("page_cost",), Wish(profile, 1))[0] for profile in ("quick", "full"))
    assert touched(full, "secret") >= touched(full, "anonymous_locked") == {1, 16, 128, 1024}
    assert touched(quick, "anonymous_locked") == {1024}


def touched(made: Experiment, backing: str) -> set[object]:
    plain = [condition for condition in made.conditions if condition.get("history") == "reused"]
    return {condition.get("pages") for condition in plain if condition.get("backing") == backing}
