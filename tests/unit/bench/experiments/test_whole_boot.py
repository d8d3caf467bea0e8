"""whole_boot: one experiment in every boot, with claims that are of boots."""

from __future__ import annotations

from bench.boot.kind import ARM, X86
from bench.experiments import whole_boot
from bench.experiments.wish import Wish
from bench.run.budget import open_budget
from workloads.catalog import find

WISH = Wish("full", 2)


def test_every_claim_between_boots_is_about_conditions_and_metrics_that_are_there() -> None:
    made = whole_boot.design(WISH)
    for kinds in (X86, X86[:2], ARM):
        claims = whole_boot.between_boots(WISH, kinds)
        assert len({claim.name for claim in claims}) == len(claims)
        for claim in claims:
            assert claim.baseline in made.conditions and claim.treatment in made.conditions
            metrics = {metric.name for metric in find(claim.baseline.workload).metrics}
            assert {claim.metric, claim.baseline_metric, *(claim.control or ())} <= metrics
            assert {claim.baseline_boot, claim.treatment_boot} <= {kind.name for kind in kinds}


def test_nothing_is_split_on_purpose() -> None:
    assert open_budget(whole_boot.design(WISH).split_budget_bytes, ()).bytes == 0


def test_there_are_controls_that_must_not_differ() -> None:
    claims = [claim for claim in whole_boot.between_boots(WISH, X86[:2]) if claim.name.startswith("same-")]
    assert len(claims) == 3 and {claim.relation for claim in claims} == {"equivalent"}


def test_what_ends_in_4_kb_is_expected_to_cost_and_its_reads_are_not_claimed() -> None:
    claims = {claim.name: claim for claim in whole_boot.between_boots(WISH, (X86[0], X86[2]))}
    assert claims["does-null_syscall-4k-1g"].relation == "less" and "kernel-4k-1g" not in claims
