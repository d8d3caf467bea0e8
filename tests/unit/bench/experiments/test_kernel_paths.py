"""The kernel_paths experiment: every path has its claim and its control, and nothing is split beyond the budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.experiments.catalog import select
from bench.experiments.kernel_paths import TOLD, design
from bench.experiments.wish import Wish
from bench.run.surplus import wanted_bytes
from workloads.kernel_path import PATHS

WISHES = st.builds(Wish, st.sampled_from(["quick", "full"]), st.integers(1, 64))


@given(WISHES)
def test_every_path_is_claimed_against_1_gb_and_2_mb_and_each_of_these_against_itself(wish: Wish) -> None:
    made = design(wish)
    assert set(TOLD) == set(PATHS) - {"user"}
    for path in TOLD:
        mine = {(c.baseline_metric, c.metric): c for c in made.claims if c.metric.startswith(f"{path}_")}
        pairs = {(f"{path}_{base}", f"{path}_{to}") for base in ("1g", "2m") for to in ("4k", f"{base}_other")}
        assert set(mine) == pairs
        assert {c.relation for (_, to), c in mine.items() if to.endswith("_4k")} == {"greater"}
        assert {c.relation for (_, to), c in mine.items() if to.endswith("_other")} == {"equivalent"}
        split = mine[f"{path}_2m", f"{path}_4k"]
        assert split.control == (None if path == "clear" else ("user_2m", "user_4k"))


def test_it_takes_the_budget_that_was_wished_and_has_its_pages_held_while_it_runs() -> None:
    made = design(Wish("full", split_budget_bytes=1 << 22))
    assert made.split_budget_bytes == 1 << 22
    assert wanted_bytes(made) == (128 << 20) + (16 << 20)  # the fresh pages, too


def test_it_is_not_run_unasked_in_the_quick_profile() -> None:
    assert "kernel_paths" not in [made.name for made in select((), Wish("quick"))]
    assert "kernel_paths" in [made.name for made in select((), Wish("full"))]
