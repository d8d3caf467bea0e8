"""Fitting: what does not fit shrinks, alike for all that are compared, and it is said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.experiments.catalog import select
from bench.experiments.wish import Wish
from bench.run.fit import Room, fit, scale
from bench.run.plan import footprint
from tests.unit.bench.run.fake import condition, experiment

MIB = 1 << 20


def test_nothing_changes_when_there_is_room() -> None:
    given_one = experiment("anonymous", "secret")
    assert fit(given_one, Room()) == (given_one, ())


def test_all_backings_of_one_scale_shrink_together_and_it_is_said() -> None:
    wanted = experiment("anonymous_locked", "secret").model_copy(
        update={"conditions": tuple(condition(b, pages=1024) for b in ("anonymous_locked", "secret"))}
    )
    need = footprint(condition("secret", pages=1024)).secret_bytes
    fitted, notes = fit(wanted, Room(secret_bytes=need - 1))
    assert {c.get("pages") for c in fitted.conditions} == {512}
    assert [note.slug for note in notes] == ["shrunk-to-fit"]
    assert "pages=1024" in notes[0].text and "pages=512" in notes[0].text
    assert "of secret memory" in notes[0].text and "ulimit -l" in notes[0].remedy


def test_the_bound_that_is_too_low_is_the_one_that_is_named() -> None:
    large = condition("secret", pages=1024)
    by_limit, by_memory = (
        Room(secret_bytes=MIB).lack(large),
        Room(memory_bytes=MIB).lack(condition("memfd", pages=1024)),
    )
    assert by_limit and (by_limit.what, by_limit.need_bytes, by_limit.bound_bytes) == ("secret memory", 4 * MIB, MIB)
    assert by_memory and by_memory.what == "memory" and "ulimit" not in by_memory.remedy
    assert Room().lack(large) is None


def test_another_scale_is_left_alone() -> None:
    wanted = experiment().model_copy(
        update={"conditions": (condition("secret", pages=1024), condition("thp", pages=3))}
    )
    fitted, _ = fit(wanted, Room(secret_bytes=MIB))
    assert condition("thp", pages=3) in fitted.conditions


@given(st.sampled_from(["quick", "full"]), st.integers(1, 8), st.integers(64 * 1024, 64 * MIB))
def test_every_condition_fits_afterwards_and_every_claim_has_its_conditions(profile, cpus, limit) -> None:
    room = Room(secret_bytes=limit)
    for wanted in select((), Wish(profile, cpus)):
        fitted, _ = fit(wanted, room)
        assert not any(room.lack(c) for c in fitted.conditions if scale(c))  # a share of memory does not shrink
        assert len(set(fitted.conditions)) == len(fitted.conditions)
        for claim in fitted.claims:
            assert claim.baseline in fitted.conditions and claim.treatment in fitted.conditions
        for proof in fitted.proofs:
            assert proof.conditions and set(proof.conditions) <= set(fitted.conditions)


def test_what_cannot_shrink_to_fit_stays_as_planned_so_that_its_refusal_is_recorded() -> None:
    planned = experiment("secret")
    assert fit(planned, Room(secret_bytes=0)) == (planned, ())
