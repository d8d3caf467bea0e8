"""lifetime: what it asks on machines with one CPU and with more."""

from __future__ import annotations

import pytest

from bench.experiments.lifetime import ALLOWED, ENDED, KEPT, REFUSED, design
from bench.experiments.wish import Wish
from bench.model.experiment import Profile
from workloads.lifetime import LIVES
from workloads.memlock import ATTEMPTS


def test_every_life_and_every_attempt_has_its_sentence() -> None:
    assert set(ENDED) == set(LIVES) > set(KEPT)
    assert set(ALLOWED) | set(REFUSED) == set(ATTEMPTS) and not set(ALLOWED) & set(REFUSED)


def test_without_a_second_cpu_the_limit_alone_is_asked_about() -> None:
    made = design(Wish("full", cpus=1))
    assert {condition.workload for condition in made.conditions} == {"memlock"} and not made.claims
    assert all(proof.name.startswith("limit-") for proof in made.proofs)


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_no_run_holds_more_than_8_megabytes(profile: Profile) -> None:
    made = design(Wish(profile, cpus=2))
    assert max(int(condition.get("pages") or 0) for condition in made.conditions) == 2048
