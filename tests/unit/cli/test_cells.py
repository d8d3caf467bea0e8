"""The time left of a matrix: the pace so far, and never beyond what the limits allow."""

from __future__ import annotations

import pytest

from cli.cells import left_s


@pytest.mark.parametrize(
    ("done", "elapsed_s", "expected"), [(1, 5.0, 15.0), (1, 50.0, 60.0), (3, 15.0, 5.0), (4, 9.0, 0.0)]
)
def test_time_left_is_by_the_pace_and_bounded(done: int, elapsed_s: float, expected: float) -> None:
    assert left_s(done, [20.0] * 4, elapsed_s) == expected
