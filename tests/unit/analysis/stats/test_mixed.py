"""Mixed models: known truths come back, and their intervals hold them as often as they promise."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats.mixed import Mixed, mixed

TIMES = 400
TRUE = np.array([1.0, 0.4, -0.2])
NOISE = 0.05


def simulated(rng: np.random.Generator, kinds: int, each: int, between: float, within: float) -> Mixed:
    """Return the model of made-up groups whose truth is TRUE."""
    level, number = rng.integers(0, 2, kinds).astype(float), rng.normal(0, 1, kinds)
    level[:2] = 0, 1
    design = np.repeat(np.column_stack([np.ones(kinds), level, number]), each, axis=0)
    shares = np.repeat(rng.normal(0, between, kinds), each) + rng.normal(0, within, kinds * each)
    values = design @ TRUE + shares + rng.normal(0, NOISE, kinds * each)
    return mixed(values, np.full(kinds * each, NOISE), design, np.repeat(np.arange(kinds), each))


@pytest.mark.parametrize(
    ("kinds", "each", "between", "within"),
    [(20, 4, 0.3, 0.1), (14, 3, 0.1, 0.2), (20, 1, 0.2, 0.1), (14, 3, 0.0, 0.2)],
    ids=["kinds differ", "hosts differ more", "a result a kind", "kinds do not differ"],
)
def test_intervals_hold_the_truth_as_often_as_they_promise(
    kinds: int, each: int, between: float, within: float
) -> None:
    rng = np.random.default_rng(20)
    held, predicted = np.zeros(3), 0
    for _ in range(TIMES):
        found = simulated(rng, kinds, each, between, within)
        for n in range(3):
            _, near, _ = found.estimate(np.eye(3)[n])
            held[n] += near.low <= TRUE[n] <= near.high
        first = np.array([1.0, 0.0, 0.0])
        _, near, wide = found.estimate(first)
        assert wide.low <= near.low and near.high <= wide.high
        predicted += wide.low <= TRUE[0] + rng.normal(0, between) + rng.normal(0, within) <= wide.high
    few = 0.95 - 3 * np.sqrt(0.95 * 0.05 / TIMES)  # one in a thousand simulations has fewer by chance
    assert (held / TIMES >= few).all(), held / TIMES
    assert predicted / TIMES >= few


def test_factor_without_an_effect_is_seldom_taken_for_one() -> None:
    rng = np.random.default_rng(21)
    alarms = 0
    for _ in range(TIMES):
        kinds, each = 20, 3
        design = np.repeat(np.column_stack([np.ones(kinds), rng.normal(0, 1, (kinds, 2))]), each, axis=0)
        values = np.repeat(rng.normal(0, 0.3, kinds), each) + rng.normal(0, 0.1, kinds * each)
        found = mixed(values, np.full(kinds * each, NOISE), design, np.repeat(np.arange(kinds), each))
        alarms += found.p([1, 2]) < 0.05
    assert alarms / TIMES <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / TIMES)


def test_interval_that_takes_results_for_independent_is_too_narrow() -> None:
    rng = np.random.default_rng(22)
    held = 0
    for _ in range(TIMES):
        values = np.repeat(rng.normal(1, 0.3, 10), 8) + rng.normal(0, 0.1, 80)
        far = 1.96 * values.std(ddof=1) / np.sqrt(80)
        held += abs(values.mean() - 1) <= far
    assert held / TIMES < 0.7


def test_too_few_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="2 groups are too few for 2 coefficients"):
        mixed(np.ones(4), np.ones(4), np.ones((4, 2)), np.array([0, 0, 1, 1]))


def test_model_is_that_of_statsmodels_where_that_finds_one() -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    rng = np.random.default_rng(23)
    for _ in range(5):
        sizes = rng.integers(1, 9, 30)
        groups = np.repeat(np.arange(30), sizes)
        design = np.column_stack([np.ones(len(groups)), rng.normal(0, 1, 30)[groups], rng.normal(0, 1, len(groups))])
        values = design @ TRUE + rng.normal(0, 0.4, 30)[groups] + rng.normal(0, 0.2, len(groups))
        ours = mixed(values, np.zeros(len(values)), design, groups)
        theirs = MixedLM(values, design, groups=groups).fit(reml=True)
        assert ours.coefficients == pytest.approx(theirs.fe_params, rel=1e-4)
        observed = np.diag(theirs.cov_params())[:3]  # by the observed information, ours by the expected
        assert np.diag(ours.covariance) == pytest.approx(observed, rel=1e-2)
        assert (ours.between, ours.within) == pytest.approx((theirs.cov_re[0, 0], theirs.scale), rel=1e-3)


def test_groups_that_do_not_differ_are_no_accident() -> None:
    values = np.tile([1.0, 2.0, 3.0], 10)
    found = mixed(values, np.zeros(30), np.ones((30, 1)), np.repeat(np.arange(10), 3))
    assert found.between == 0
    assert found.coefficients == pytest.approx([2.0])
    assert found.within == pytest.approx(20 / 29)
