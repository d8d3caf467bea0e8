"""Trends and changes of values that hang together: seldom found where there is none, and still found where there is."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats.allowance import change_of_neighbours, drift_of_neighbours
from analysis.stats.change import change
from analysis.stats.drift import drift
from tests.unit.analysis.stats.test_order import wandering

TRIES, COUNT, HOLD = 400, 48, 0.5


def alarms(find: object, hold: float) -> float:
    rng = np.random.default_rng(21)
    return float(np.mean([find(wandering(rng, hold, COUNT)).p < 0.01 for _ in range(TRIES)]))  # type: ignore[operator]


@pytest.mark.parametrize("find", [drift_of_neighbours, change_of_neighbours])
def test_independent_values_seldom_raise_an_alarm(find: object) -> None:
    assert alarms(find, 0.0) <= 0.02


@pytest.mark.parametrize(("find", "plain"), [(drift_of_neighbours, drift), (change_of_neighbours, change)])
def test_values_that_hang_together_raise_far_fewer_alarms_than_without_allowance(find: object, plain: object) -> None:
    """One in a hundred is asked for: of 48 values that hang together it is a few in a hundred, and was one in ten."""
    assert alarms(find, HOLD) <= 0.04
    assert alarms(plain, HOLD) >= 0.08


def test_trend_and_change_are_still_found() -> None:
    rng = np.random.default_rng(22)
    noise = wandering(rng, HOLD, COUNT)
    sloping = drift_of_neighbours(noise + 0.15 * np.arange(COUNT))
    assert sloping.p < 0.01 and sloping.slope == pytest.approx(0.15, abs=0.05)
    stepping = change_of_neighbours(noise + 5 * (np.arange(COUNT) >= 30))
    assert stepping.p < 0.05 and abs(stepping.before - 30) <= 1


def test_values_that_never_vary_have_neither() -> None:
    assert drift_of_neighbours(np.ones(9)).p == 1 and change_of_neighbours(np.ones(9)).p == 1
