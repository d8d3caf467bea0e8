"""Axes whose ticks can be read: whatever range the data have, there are some, and 1 is one of ratios near it."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from analysis.plots import canvas
from analysis.plots.axis import ratio_axis, time_axis

ENOUGH, TOO_MANY = 3, 12


def labels(low: float, high: float, kind: str = "ratio") -> list[str]:
    """Return the texts of the ticks of an axis over a range that data have."""
    axes = Figure(figsize=(7.6, 1.2)).subplots()
    axes.plot([low, high], [0, 0])
    if kind == "ratio":
        ratio_axis(axes, 1)
    else:
        time_axis(axes.xaxis, log=True)
    first, last = axes.get_xlim()
    axes.xaxis.get_majorticklabels()
    return [tick.label1.get_text() for tick in axes.xaxis.get_major_ticks() if first <= tick.get_loc() <= last]


@pytest.mark.parametrize(
    ("low", "high"),
    [(0.98, 1.02), (0.98, 1.24), (0.9, 2.2), (0.5, 2.4), (0.6, 4.0), (1.0, 9.0), (0.4, 32), (0.001, 1.3)],
)
def test_axis_of_ratios_has_ticks_and_one_of_them_is_no_difference(low: float, high: float) -> None:
    told = labels(low, high)
    assert ENOUGH <= len(told) <= TOO_MANY
    assert "1x" in told and len(set(told)) == len(told)


def test_axis_of_one_column_has_fewer_ticks() -> None:
    with canvas.narrow():
        narrow = labels(0.98, 1.24)
    assert ENOUGH <= len(narrow) < len(labels(0.98, 1.24))


def test_axis_of_times_close_together_names_them() -> None:
    told = labels(16_100, 18_300, "time")
    assert len(told) >= ENOUGH and all(text.endswith(" us") for text in told)
