"""The words of a workload."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workloads.spec import Condition

FACTORS = st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True), st.integers() | st.text(max_size=5))


@given(FACTORS)
def test_conditions_are_equal_in_whatever_order_their_factors_are_given(factors: dict[str, int | str]) -> None:
    turned = dict(reversed(factors.items()))
    one, other = Condition.of("w", **factors), Condition.of("w", **turned)
    assert one == other
    assert hash(one) == hash(other)


@given(FACTORS)
def test_condition_returns_what_it_was_given(factors: dict[str, int | str]) -> None:
    condition = Condition.of("w", **factors)
    assert {name: condition.get(name) for name in factors} == factors
    assert condition.get("Not a factor") is None


def test_label_names_the_workload_and_every_factor() -> None:
    assert Condition.of("fault_latency", pages=4, backing="secret").label() == (
        "fault_latency(backing=secret, pages=4)"
    )
