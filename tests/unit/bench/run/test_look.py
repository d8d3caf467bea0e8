"""Looks: a run is asked between two blocks, where its rule says so, whether it is enough, and goes on as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.model.claim import Claim
from bench.model.stopping import Stopping
from bench.run.conduct import conduct
from bench.run.journal import Journal
from bench.run.look import Enough, at_looks, limited
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.bench.run.fake import FakeExecutor, condition, experiment, manifest

EXPERIMENT = experiment("anonymous", "secret", blocks=6)
PLAN = make_plan(EXPERIMENT, 7)
RULE = Stopping(half_width=0.02, looks=(2, 4, 6))
CLAIM = Claim(
    name="a", text="A.", metric="first_touch", statistic="p50", baseline=condition("anonymous"),
    treatment=condition("secret"), relation="greater", smallest_effect=0.1,
)  # fmt: skip


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.create(tmp_path / "page_cost" / "one", manifest(EXPERIMENT))


def make(journal: Journal, enough: Enough, executor: FakeExecutor | None = None) -> int:
    """Make what is lacking; returns how many runs there are then."""
    conduct(PLAN, executor or FakeExecutor(), journal, dict, lambda run: None, enough=enough)
    return len(journal.runs())


def test_run_is_asked_between_blocks_and_not_behind_the_last(journal: Journal) -> None:
    asked: list[int] = []
    assert make(journal, lambda blocks: asked.append(blocks) is not None) == len(PLAN)
    assert asked == [1, 2, 3, 4, 5]


def test_run_ends_where_it_is_enough_and_is_sealed_as_it_is(journal: Journal) -> None:
    assert make(journal, at_looks(RULE, lambda: len(journal.runs()) >= 8)) == 8
    assert seal(journal).runs == 8


def test_judge_is_asked_at_looks_alone(journal: Journal) -> None:
    asked: list[int] = []
    make(journal, at_looks(RULE, lambda: asked.append(len(journal.runs())) is not None))
    assert asked == [4, 8]


def test_run_without_a_rule_never_asks(journal: Journal) -> None:
    assert make(journal, at_looks(None, lambda: True)) == len(PLAN)


@pytest.mark.parametrize("made", range(len(PLAN)))
def test_run_that_was_broken_off_anywhere_ends_where_it_would_have(tmp_path: Path, made: int) -> None:
    """Whatever was made when it was killed: the looks that lie behind are not looked at again with more data."""
    journal = Journal.create(tmp_path / "page_cost" / "one", manifest(EXPERIMENT))
    conduct(PLAN[:made], FakeExecutor(), journal, dict, lambda run: None)
    asked: list[int] = []

    def judge() -> bool:
        asked.append(len(journal.runs()))
        return False

    assert make(journal, at_looks(RULE, judge)) == len(PLAN)
    assert asked == [runs for runs in (4, 8) if made <= runs]


def test_experiment_gets_its_rule_and_as_many_blocks_as_the_last_look() -> None:
    made = limited(EXPERIMENT.model_copy(update={"claims": (CLAIM,)}), 0.02, 40)
    assert made.until == Stopping(half_width=0.02, looks=(8, 16, 32, 40)) and made.blocks == 40


def test_experiment_without_claims_stays_as_it_is() -> None:
    assert limited(EXPERIMENT, 0.02, 40) == EXPERIMENT
