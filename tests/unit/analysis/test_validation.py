"""Validation: on a machine that is as the lab assumes nothing speaks against it, and what is wrong is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.validation import FEW, Spike, Validation, alike, apart, delay_of, is_same, short, validate
from bench.experiments.validation import COPIES, touches
from bench.model.claim import Claim
from tests.unit.analysis.delayed import validation
from workloads.spec import Condition


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    return validate(validation(tmp_path_factory.mktemp("good")))


def claim(baseline: Condition, treatment: Condition, baseline_metric: str = "") -> Claim:
    return Claim(
        name="c", text="C.", metric="touches", baseline_metric=baseline_metric, statistic="p50", baseline=baseline,
        treatment=treatment, relation="greater", smallest_effect=0.0,
    )  # fmt: skip


def test_quiet_machine_has_nothing_against_the_lab(good: Validation) -> None:
    assert good.sound and good.blocks == 50
    assert [rate.of for rate in good.alarms] == [40, 40, 40, 40, 8] * 2
    assert [rate.within for rate in good.alarms] == [False] * 5 + [True] * 5
    assert all(rate.times / rate.of <= 0.25 for rate in good.alarms)


def test_delay_comes_back_with_its_size_and_is_seen(good: Validation) -> None:
    assert [(spike.backing, spike.delay) for spike in good.spikes] == [
        (backing, delay)
        for backing in ("anonymous_locked", "secret")
        for _ in ("between", "within")
        for delay in (0.01, 0.02, 0.05)
    ]
    assert all(spike.seen for spike in good.spikes)
    assert sum(spike.inside for spike in good.spikes) >= 11
    assert [spike.waited for spike in good.spikes] == pytest.approx([0.01, 0.02, 0.05] * 4, rel=1e-3)


def test_delay_is_known_within_processes_as_well_as_before_where_processes_differ_a_lot(
    tmp_path: Path, good: Validation
) -> None:
    wide = validate(validation(tmp_path, spread=0.2))
    within, between = ([spike for spike in wide.spikes if spike.within == how] for how in (True, False))
    assert all(spike.seen and far(spike) < 0.006 for spike in within)
    assert sum(spike.inside for spike in within) >= 5
    assert all(far(spike) > 0.05 for spike in between) and not any(spike.seen for spike in between[:2])


def far(spike: Spike) -> float:
    return spike.found.high / spike.found.value - 1


def test_rates_are_what_the_code_of_claims_says_and_no_run_is_used_twice(good: Validation) -> None:
    """Two statistics of 40 short comparisons a kind of memory: 4 pairs of 10 times 5 blocks."""
    assert COPIES // 2 * 50 // FEW == 40
    assert [rate.of for rate in good.likenesses] == [60, 60] * 2
    assert [rate.most for rate in good.likenesses] == pytest.approx([0.025] * 4)


def test_machine_on_which_a_copy_differs_is_found(tmp_path: Path) -> None:
    found = validate(validation(tmp_path, blocks=10, skew=lambda c: 1.1 if c.get("copy") in (2, 4, 6, 8) else 1.0))
    assert not found.sound
    assert [(rate.times, rate.of) for rate in found.alarms if not rate.within] == [(8, 8)] * 5
    assert all(rate.times < 3 for rate in found.alarms if rate.within)


def test_delay_that_is_swallowed_is_found(tmp_path: Path) -> None:
    found = validate(
        validation(tmp_path, blocks=20, skew=lambda c: 1 / (1 + int(c.get("delay_per_mille") or 0) / 1000))
    )
    assert not found.sound
    assert [spike.inside for spike in found.spikes if spike.delay >= 0.02] == [False] * 8
    assert sum(spike.seen for spike in found.spikes) <= 2


def test_delay_that_is_longer_than_asked_for_is_held_against_what_was_put_in(tmp_path: Path) -> None:
    """A short wait ends with a turn of the loop too many; the program says how long it was."""
    found = validate(validation(tmp_path, blocks=20, overshoot=0.03))
    assert [spike.waited for spike in found.spikes] == pytest.approx([0.04, 0.05, 0.08] * 4, rel=1e-3)
    assert sum(spike.inside for spike in found.spikes) >= 10
    assert not any(spike.found.low <= 1 + spike.delay <= spike.found.high for spike in found.spikes)


def test_differences_at_the_bound_are_seldom_called_alike(good: Validation) -> None:
    assert all(rate.times / rate.of <= 0.1 for rate in good.likenesses)


def test_too_few_blocks_say_nothing(tmp_path: Path) -> None:
    found = validate(validation(tmp_path, blocks=FEW - 1))
    assert [rate.of for rate in found.alarms if rate.backing] == [0] * 8
    assert found.blocks == FEW - 1


def test_nothing_is_left_over_of_blocks() -> None:
    assert [ratio.blocks for ratio in short(np.zeros(13))] == [7, 6]
    assert short(np.zeros(4)) == []


def test_conditions_are_alike_that_differ_in_their_name_alone() -> None:
    one = touches("secret", 64)
    assert alike(one, touches("secret", 64, 2))
    assert not alike(one, one)
    assert not alike(one, touches("memfd", 64, 2))


@pytest.mark.parametrize("delay", [0, -5, 10**400, "much"])
def test_delay_that_is_none_is_not_counted(delay: int | str) -> None:
    slow = Condition.of("known_delay", **(dict(touches("secret", 64).factors) | {"delay_per_mille": delay}))
    assert delay_of(claim(touches("secret", 64), slow)) == 0


def test_delay_beside_another_difference_is_not_counted() -> None:
    assert delay_of(claim(touches("memfd", 64), touches("secret", 64, delay=20))) == 0
    assert delay_of(claim(touches("secret", 64, 3), touches("secret", 64, delay=20))) == 0.02


def test_delay_is_within_where_plain_readings_of_the_same_processes_are_the_baseline() -> None:
    slow, none = touches("secret", 64, delay=20), touches("secret", 64)
    assert delay_of(claim(slow, slow, "plain")) == 0.02
    assert delay_of(claim(slow, slow)) == delay_of(claim(none, none, "plain")) == 0
    assert is_same(claim(none, none, "plain")) and not is_same(claim(slow, slow, "plain"))
    assert not is_same(claim(none, none))


def test_pair_that_shares_a_condition_with_another_is_not_counted() -> None:
    one, two, three, four = (touches("secret", 64, copy) for copy in range(1, 5))
    assert apart([claim(one, two), claim(two, three), claim(three, four), claim(one, two)]) == [
        claim(one, two),
        claim(three, four),
    ]


def test_run_may_be_compared_with_another_and_within_itself() -> None:
    one, two = (touches("secret", 64, copy) for copy in (1, 2))
    both = [claim(one, two), claim(one, one, "plain")]
    assert apart(both) == both


def test_unfinished_one_is_judged_by_what_is_there(tmp_path: Path) -> None:
    assert validate(validation(tmp_path, made=30)).blocks <= 2
