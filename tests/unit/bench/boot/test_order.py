"""The order of boots: balanced, drawn, and the same wherever its seed is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.boot.order import drawn, seed_of

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(1, 20), st.sampled_from([("1g", "2m"), ("1g", "2m", "4k"), ("1g",)]))
def test_every_kind_comes_once_a_block(seed: int, blocks: int, kinds: tuple[str, ...]) -> None:
    order = drawn(kinds, blocks, seed)
    for block in range(blocks):
        assert sorted(order[block * len(kinds) : (block + 1) * len(kinds)]) == sorted(kinds)


def test_order_is_that_of_its_seed_and_another_of_another() -> None:
    assert drawn(("1g", "2m"), 20, 1) == drawn(("1g", "2m"), 20, 1) != drawn(("1g", "2m"), 20, 2)


def test_which_comes_first_is_chance() -> None:
    firsts = [drawn(("1g", "2m"), 1, seed)[0] for seed in range(400)]
    assert 150 < firsts.count("1g") < 250


@given(SEEDS)
def test_no_two_boots_are_measured_in_one_order(seed: int) -> None:
    assert len({seed_of(seed, place) for place in range(20)}) == 20
