"""Drift, change points and autocorrelation: found where they are, seldom where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats.autocorrelation import autocorrelation, effective_size
from analysis.stats.change import change, ranks
from analysis.stats.drift import drift

NILE = """1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210 1150
1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832 764 821
768 845 864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848
890 744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"""
"""The Nile's flow at Aswan from 1871 to 1970: Cobb, Biometrika 65 (1978) 243, table 1; a change near 1898."""
LIGHTNESS = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
LIKED = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
"""Of canned tuna: Hollander and Wolfe, Nonparametric Statistical Methods (1973), p. 187."""


def wandering(rng: np.random.Generator, hold: float, count: int) -> np.ndarray:
    """Return values of which each keeps a part of the one before."""
    values = rng.normal(size=count)
    for i in range(1, count):
        values[i] = hold * values[i - 1] + np.sqrt(1 - hold**2) * values[i]
    return values


def test_drift_agrees_with_a_published_example() -> None:
    """R's manual of cor.test: p = 0.05972 on one side, by exact count; ours approximates twice that."""
    assert drift(np.array(LIKED)[np.argsort(LIGHTNESS)]).p == pytest.approx(0.1194, abs=0.002)


def test_drift_is_found_with_its_slope_and_seldom_where_there_is_none() -> None:
    rng = np.random.default_rng(12)
    sloping = drift(0.5 * np.arange(30) + rng.normal(size=30))
    assert sloping.p < 1e-6 and sloping.slope == pytest.approx(0.5, abs=0.05)
    found = [drift(rng.lognormal(size=20)).p < 0.05 for _ in range(3000)]
    assert np.mean(found) <= 0.06
    assert drift(np.ones(9)).p == 1 and drift(np.array([1.0, 2])).p == 1


def test_change_of_the_nile_is_found_where_it_was_published() -> None:
    """The year 1898, the 28th: Cobb (1978); R's strucchange and changepoint break after the same one."""
    found = change(np.array(NILE.split(), dtype=np.float64))
    assert found.before == 28 and found.p < 1e-4


def test_change_is_seldom_found_where_there_is_none() -> None:
    rng = np.random.default_rng(13)
    assert np.mean([change(rng.lognormal(size=60)).p < 0.05 for _ in range(3000)]) <= 0.06
    assert change(np.array([1.0, 2])).p == 1


def test_equal_values_share_their_rank() -> None:
    assert ranks(np.array([5.0, 1, 5, 9])).tolist() == [2.5, 1, 2.5, 4]


@pytest.mark.parametrize("hold", [0.0, 0.5, 0.9])
def test_effective_size_is_what_theory_says_of_an_autoregression(hold: float) -> None:
    """As n (1 - a) / (1 + a) of n: Priestley, Spectral Analysis and Time Series (1981), section 5.3.2."""
    values = wandering(np.random.default_rng(14), hold, 20_000)
    assert effective_size(values) == pytest.approx(20_000 * (1 - hold) / (1 + hold), rel=0.15)
    assert autocorrelation(values)[1] == pytest.approx(hold, abs=0.02)


def test_effective_size_is_never_more_than_there_are_nor_less_than_one() -> None:
    assert effective_size(np.tile([1.0, -1.0], 50)) <= 100
    assert effective_size(np.ones(7)) == 7
    assert 1 <= effective_size(np.arange(1000.0)) < 20
