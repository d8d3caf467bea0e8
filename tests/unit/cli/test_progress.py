"""Progress on plain output: lines, with the time that is left."""

from __future__ import annotations

import pytest

from cli.progress import line, remaining_s


@pytest.mark.parametrize(
    ("done", "left", "note", "expected"),
    [
        (0, None, "", "page_cost: 0 of 40 runs"),
        (10, 30.4, "", "page_cost: 10 of 40 runs, about 30 s left"),
        (40, 0.0, "2 unsupported", "page_cost: 40 of 40 runs (2 unsupported)"),
    ],
)
def test_line_says_how_far_and_how_long(done, left, note, expected) -> None:
    assert line("page_cost", done, 40, left, note) == expected


def test_time_left_goes_by_the_pace_of_this_sitting() -> None:
    assert remaining_s(10, 30, 5.0) == 15.0
    assert remaining_s(0, 30, 5.0) is None
