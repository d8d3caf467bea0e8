"""Durations and ratios as a person reads them."""

from __future__ import annotations

import math

import pytest

from analysis.plots.duration import duration, duration_range, interval_text, ratio_text, size_text


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (0.4, "0.40 ns"),
        (70, "70.0 ns"),
        (999.4, "999 ns"),
        (999.6, "1.00 us"),
        (14_230, "14.2 us"),
        (999_900, "1.00 ms"),
        (5e9, "5.00 s"),
        (math.inf, "?"),
        (math.nan, "?"),
    ],
)
def test_duration_has_three_figures_and_the_unit_that_fits(ns: float, text: str) -> None:
    assert duration(ns) == text


def test_range_names_the_unit_once_where_it_is_the_same() -> None:
    assert duration_range(13_900, 21_300) == "13.9 to 21.3 us"
    assert duration_range(900, 21_300) == "900 ns to 21.3 us"


def test_range_without_bounds_says_so() -> None:
    assert duration_range(-math.inf, math.inf) == "no bounds"
    assert interval_text(0.0, math.inf) == "no bounds"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.000041, "0.000041x"), (0.0029, "0.0029x"), (0.914, "0.91x"), (1.0, "1.00x"), (13.04, "13.0x")],
)
def test_small_ratio_is_not_written_as_nothing(value: float, text: str) -> None:
    assert ratio_text(value) == text


def test_size_is_in_binary_units_to_a_tenth() -> None:
    sizes = (512, 4096, 3 << 20, 1 << 30, 24_656_441_344)
    assert [size_text(size) for size in sizes] == ["512 B", "4 KB", "3 MB", "1 GB", "23 GB"]
