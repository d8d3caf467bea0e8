"""The plan: complete, balanced, random, and the same again for the same seed."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bench.run.plan import HUGE_PAGE_BYTES, estimate, make_plan, whole_blocks
from tests.unit.bench.run.fake import condition, experiment

BACKINGS = ("anonymous", "anonymous_locked", "memfd", "memfd_locked", "secret")


@given(st.lists(st.sampled_from(BACKINGS), min_size=1, unique=True), st.integers(1, 20), st.integers(0, 2**32))
def test_plan_makes_every_condition_once_in_every_block(backings: list[str], blocks: int, seed: int) -> None:
    plan = make_plan(experiment(*backings, blocks=blocks), seed)
    assert [trial.index for trial in plan] == list(range(len(backings) * blocks))
    assert [trial.block for trial in plan] == sorted(trial.block for trial in plan)
    assert set(Counter((trial.block, trial.condition) for trial in plan).values()) == {1}
    assert len({(trial.block, trial.condition) for trial in plan}) == len(plan)


@given(st.integers(0, 2**32))
def test_plan_is_the_same_again_for_the_same_seed(seed: int) -> None:
    assert make_plan(experiment(*BACKINGS), seed) == make_plan(experiment(*BACKINGS), seed)


def test_plan_draws_each_block_anew() -> None:
    plan = make_plan(experiment(*BACKINGS, blocks=20), 1)
    orders = {tuple(t.condition for t in plan if t.block == block) for block in range(20)}
    assert len(orders) > 10


def test_plan_differs_between_seeds() -> None:
    plans = {make_plan(experiment(*BACKINGS, blocks=4), seed) for seed in range(10)}
    assert len(plans) == 10


def test_order_is_pinned_for_a_seed_on_every_machine_and_python() -> None:
    plan = make_plan(experiment("anonymous", "memfd", "secret", blocks=2), 7)
    order = [trial.condition.get("backing") for trial in plan]
    assert order == PINNED


PINNED = ["memfd", "secret", "anonymous", "secret", "memfd", "anonymous"]


def test_estimate_counts_only_fresh_memory_again_in_every_block() -> None:
    reused = experiment("secret", blocks=1)
    assert estimate(reused).split_bytes == estimate(experiment("secret", blocks=9)).split_bytes
    fresh = reused.model_copy(update={"conditions": (condition("secret", history="fresh"),)})
    assert estimate(fresh.model_copy(update={"blocks": 9})).split_bytes > estimate(fresh).split_bytes


def test_estimate_bounds_the_worst_case_by_a_huge_page_a_secret_page() -> None:
    takes = estimate(experiment("secret", blocks=1))
    assert takes.split_worst_bytes == takes.secret_bytes // 4096 * HUGE_PAGE_BYTES
    assert takes.split_bytes <= takes.split_worst_bytes


def test_ordinary_memory_splits_nothing() -> None:
    assert estimate(experiment("anonymous", "memfd_locked")).split_worst_bytes == 0


@given(st.integers(0, 2**40))
def test_whole_blocks_rounds_up_and_by_less_than_one_block(size: int) -> None:
    assert whole_blocks(size) % HUGE_PAGE_BYTES == 0
    assert 0 <= whole_blocks(size) - size < HUGE_PAGE_BYTES
