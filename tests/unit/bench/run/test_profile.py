"""The profile pass: what it samples, when, and what it says where it cannot; nothing is started here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.experiments.online_cpus import design as online_cpus
from bench.experiments.page_cost import design as page_cost
from bench.experiments.secret_life import design as secret_life
from bench.experiments.wish import Wish
from bench.host.reserve import Room as Free
from bench.model.codec import decode, encode
from bench.model.profile import Profile
from bench.run import session
from bench.run.fit import Room
from bench.run.journal import PROFILE, Journal
from bench.run.profile import FENTRY, PROCESSES, explained, profile, seconds
from tests.unit.bench.run.fake import FakeExecutor, environment, experiment, manifest
from workloads.instruments.perf import HIDDEN, REFUSED, Folded
from workloads.spec import Condition, Failed, Unsupported

EXPERIMENT = experiment("anonymous_locked", "secret")
STACK = ("region_touch", "asm_exc_page_fault", "secretmem_fault")
HERE = session.Machine("tester", environment(), (1, 0), Room())


def sampler(condition: Condition) -> Folded:
    return Folded("cpu-clock", Counter({STACK: 3, STACK[:2]: 1}), 2)


def test_secret_memory_and_its_relatives_are_sampled_each_once() -> None:
    chosen = explained(page_cost(Wish(cpus=2)))
    assert [(c.get("backing"), c.get("others"), c.get("pages")) for c in chosen] == [
        ("secret", "idle", 1024),
        ("secret", "spin_user", 1024),
        ("memfd_locked", "idle", 1024),
        ("anonymous_locked", "idle", 1024),
    ]
    assert {(c.get("threads"), c.get("history")) for c in chosen} == {(1, "reused")}


def test_an_experiment_without_such_a_condition_has_nothing_to_explain() -> None:
    for of in (secret_life(Wish()), online_cpus(Wish(cpus=2))):
        assert explained(of) == ()
        assert seconds(of) == 0


def test_every_condition_is_run_as_often_and_counted_by_process() -> None:
    made = profile(EXPERIMENT, sampler, None)
    assert [each.condition.get("backing") for each in made.conditions] == ["secret", "anonymous_locked"]
    for each in made.conditions:
        assert (each.processes, each.event, each.notes) == (PROCESSES, "cpu-clock", ())
        assert [(stack.frames, sum(stack.counts)) for stack in each.stacks] == [
            (";".join(STACK), 3 * PROCESSES),
            (";".join(STACK[:2]), PROCESSES),
        ]
        assert each.elsewhere == (2,) * PROCESSES


def test_a_profile_comes_back_from_its_bytes_and_says_that_no_function_was_timed() -> None:
    made = profile(EXPERIMENT, sampler, None)
    assert decode(Profile, encode(made), PROFILE) == made
    assert made.notes == (FENTRY,)


def test_an_obstacle_is_recorded_with_its_way_out_and_nothing_is_started() -> None:
    made = profile(EXPERIMENT, pytest.fail, HIDDEN)
    assert made.conditions == ()
    assert (made.notes[0].slug, made.notes[0].remedy) == (HIDDEN.slug, HIDDEN.remedy)


@pytest.mark.parametrize("answer", [REFUSED, Failed("perf-failed", "it said nothing")])
def test_the_first_refusal_ends_a_condition_with_its_reason(answer: Unsupported | Failed) -> None:
    asked: list[Condition] = []

    def refuse(condition: Condition) -> Folded | Unsupported | Failed:
        asked.append(condition)
        return answer

    made = profile(EXPERIMENT, refuse, None)
    assert len(asked) == 2
    assert [(each.processes, each.stacks, each.notes[0].slug) for each in made.conditions] == [(0, (), answer.slug)] * 2


def test_samples_of_which_none_is_in_a_touch_are_said_to_be_so() -> None:
    made = profile(EXPERIMENT, lambda condition: Folded("cycles", Counter(), 7), None)
    assert [note.slug for each in made.conditions for note in each.notes] == ["profile-empty"] * 2


@pytest.fixture
def unfinished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Return a result without a run, on a machine whose programs and perf answer at once."""
    monkeypatch.setattr(session, "NativeExecutor", lambda *_: FakeExecutor())
    monkeypatch.setattr(session, "NativeSampler", lambda *_: sampler)
    monkeypatch.setattr(session.perf, "obstacle", lambda: None)
    monkeypatch.setattr(session.reserve, "room", lambda: Free(1 << 34, 1 << 33, 1 << 29))
    return Journal.create(tmp_path / "page_cost" / "one", manifest(EXPERIMENT))


def test_the_profile_is_made_after_the_last_run_and_sealed_with_them(unfinished: Journal) -> None:
    there: list[bool] = []
    sealed = session.measure(
        unfinished, HERE, lambda run: there.append((unfinished.folder / PROFILE).exists()), profiled=True
    )
    assert there == [False] * 6
    assert PROFILE in sealed.sha256 and unfinished.profile() is not None


def test_without_the_wish_there_is_no_profile(unfinished: Journal) -> None:
    assert PROFILE not in session.measure(unfinished, HERE, lambda run: None).sha256


def test_a_profile_that_is_there_is_not_made_again(unfinished: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    session.add_profile(unfinished, HERE)
    before = (unfinished.folder / PROFILE).read_bytes()
    monkeypatch.setattr(session, "profile", pytest.fail)
    assert PROFILE in session.measure(unfinished, HERE, lambda run: None, profiled=True).sha256
    assert (unfinished.folder / PROFILE).read_bytes() == before


def test_a_pass_that_is_broken_off_leaves_the_runs_and_no_profile(
    unfinished: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(condition: Condition) -> Folded:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "NativeSampler", lambda *_: stop)
    with pytest.raises(KeyboardInterrupt):
        session.measure(unfinished, HERE, lambda run: None, profiled=True)
    assert len(unfinished.runs()) == 6 and unfinished.profile() is None and not unfinished.sealed()
    monkeypatch.setattr(session, "NativeSampler", lambda *_: sampler)
    assert PROFILE in session.measure(unfinished, HERE, pytest.fail, profiled=True).sha256
