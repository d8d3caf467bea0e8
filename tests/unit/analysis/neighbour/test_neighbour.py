"""Neighbours: what is known to be there comes back, and what is not there does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.load import Result
from analysis.neighbour.delay import delays
from analysis.neighbour.effect import Effect, effects
from analysis.neighbour.interrupt import interrupts
from analysis.neighbour.ordinary import Scene, expected, scenes
from analysis.neighbour.response import response
from analysis.neighbour.window import Dose, windows
from bench.model.experiment import Experiment
from tests.unit.analysis.neighbour.made import BUCKETS, Truth, beside, experiment, result
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import experiment as page_cost

QUIET = Truth(noise=0.0005, drift=0.2, operations=5e6)


def scene(folder: Path, truth: Truth = QUIET, victim: str = "compute", seed: int = 0, blocks: int = 12) -> Scene:
    return scenes(windows(result(folder, experiment((victim,), blocks), truth, seed)))[0]


def of(found: tuple[Effect, ...], aggressor: str, rate: int | str = 0, copy: int = 1) -> Effect:
    return next(each for each in found if each.dose == Dose(aggressor, rate, copy))


def test_windows_hold_what_was_made(tmp_path: Path) -> None:
    made = windows(result(tmp_path, experiment(("compute", "timer"), blocks=2), QUIET))
    assert len(made) == 2 * len(experiment(("compute", "timer")).conditions)
    assert all(len(window.operations) == BUCKETS and window.processes == 1 for window in made)
    most = next(window for window in made if window.dose == Dose("secret", "max"))
    assert most.pages_a_s == pytest.approx(20_000, rel=0.02)
    assert most.interrupts["cal"] == pytest.approx(20_040, rel=0.02)


def test_other_workloads_have_no_windows(tmp_path: Path) -> None:
    assert windows(make(tmp_path, page_cost("secret"), lambda condition, n: (1, 2))) == ()


def test_victims_of_several_kinds_are_told_apart_by_process(tmp_path: Path) -> None:
    two = Experiment(
        name="neighbours",
        question="?",
        profile="quick",
        claims=(),
        conditions=(beside("compute+timer", "spin", 0),),
        blocks=1,
    )
    mixed = result(tmp_path, two, QUIET)
    run = mixed.runs[0]
    assert run.samples is not None
    operations = next(s for s in run.samples.series if s.metric == "operations")
    half = tuple(
        type(operations)("operations", thread, count) for thread, count in ((0, 20), (1, operations.count - 20))
    )
    rest = tuple(s for s in run.samples.series if s.metric != "operations")
    again = run.model_copy(update={"samples": run.samples.model_copy(update={"series": (*half, *rest)})})
    made = windows(Result(mixed.path, mixed.manifest, (again,), mixed.seal))
    assert [(window.victim, len(window.operations)) for window in made] == [("compute", 20), ("timer", 25)]


def test_a_ratio_is_against_ordinary_churn_at_the_recorded_rate(tmp_path: Path) -> None:
    found = effects(scene(tmp_path))
    for rate, pages in ((2000, 2000), (8000, 8000), ("max", 20_000)):
        effect = of(found, "secret", rate)
        assert effect.pages_a_s == pytest.approx(pages, rel=0.02)
        assert effect.throughput is not None and effect.p99 is not None
        truth = (1 - pages * 5.1e-6) / (1 - pages * 0.1e-6)
        assert effect.throughput.value == pytest.approx(truth, abs=0.001)
        assert effect.throughput.low < truth < effect.throughput.high
        assert effect.p99.value > 1.02


def test_what_is_alike_has_a_ratio_of_one(tmp_path: Path) -> None:
    found = effects(scene(tmp_path))
    for effect in (
        of(found, "anonymous", 8000),
        of(found, "spin"),
        of(found, "spin", copy=2),
        of(found, "secret_held"),
    ):
        assert effect.throughput is not None and effect.throughput.value == pytest.approx(1, abs=0.001)


def test_ordinary_churn_itself_is_against_the_busy_aggressor(tmp_path: Path) -> None:
    effect = of(effects(scene(tmp_path)), "memfd_locked", "max")
    assert effect.throughput is not None
    assert effect.throughput.value == pytest.approx(1 - 110_000 * 0.1e-6, abs=0.001)


def test_drift_between_blocks_does_not_widen_a_ratio(tmp_path: Path) -> None:
    wild = of(effects(scene(tmp_path, Truth(noise=0.0005, drift=0.5, operations=5e6))), "secret", 8000)
    assert wild.throughput is not None and wild.throughput.high - wild.throughput.low < 0.002


def test_between_two_doses_ordinary_churn_is_taken_straight_and_beyond_them_as_the_highest(tmp_path: Path) -> None:
    block = scene(tmp_path).blocks[0]
    low, high = block[Dose("memfd_locked", 2000)], block[Dose("memfd_locked", 8000)]
    middle = (low.pages_a_s + high.pages_a_s) / 2
    assert expected(block, middle, "operations") == pytest.approx((low.operations_a_s + high.operations_a_s) / 2)
    assert expected(block, 1e9, "operations") == block[Dose("memfd_locked", "max")].operations_a_s
    assert np.isnan(expected({}, 5, "operations"))


def test_the_slope_is_what_a_secret_page_costs_more_than_an_ordinary_one(tmp_path: Path) -> None:
    found = response(scene(tmp_path), "secret")
    assert found is not None and len(found.points) == 4
    assert found.slope.value == pytest.approx(5e-6, rel=0.03)
    assert found.cost_ns.value == pytest.approx(5000, rel=0.03)
    assert found.cost_ns.low < found.cost_ns.value < found.cost_ns.high
    assert [rate for _, rate, _ in found.points] == pytest.approx([500, 2000, 8000, 20_000], rel=0.05)


def test_there_is_no_response_to_what_makes_no_pages(tmp_path: Path) -> None:
    quiet = scene(tmp_path)
    assert response(quiet, "secret_held") is None and response(quiet, "no such thing") is None


def test_intervals_hold_the_truth_about_as_often_as_they_say(tmp_path: Path) -> None:
    held = ratios = 0
    for seed in range(60):
        noisy = scene(tmp_path / str(seed), Truth(noise=0.02), seed=seed, blocks=8)
        slope = response(noisy, "secret")
        ratio = of(effects(noisy), "secret", 8000).throughput
        assert slope is not None and ratio is not None
        truth = (1 - 8000 * 5.1e-6) / (1 - 8000 * 0.1e-6)
        held += slope.slope.low < 5e-6 < slope.slope.high
        ratios += ratio.low < truth < ratio.high
    assert held >= 52 and ratios >= 52


def test_a_flush_is_one_function_call_a_secret_page_and_none_an_ordinary_one(tmp_path: Path) -> None:
    found = {(i.dose, i.kind): i for i in interrupts(scene(tmp_path))}
    secret, ordinary = (found[Dose(kind, 8000), "cal"] for kind in ("secret", "memfd_locked"))
    assert secret.a_page is not None and ordinary.a_page is not None
    assert secret.a_page.value == pytest.approx(1, abs=0.02)
    assert ordinary.a_page.value == pytest.approx(0, abs=0.02)
    assert found[Dose("spin", 0), "cal"].a_page is None
    assert secret.an_operation is not None and secret.an_operation.value > 0


def test_delays_are_of_the_timer_alone_with_the_worst_of_all_blocks(tmp_path: Path) -> None:
    assert delays(scene(tmp_path / "a")) == ()
    timer = scene(tmp_path / "b", victim="timer")
    found = {delay.dose: delay for delay in delays(timer)}
    most = found[Dose("secret", "max")]
    worst = [block[most.dose].latency_ns["latency_worst"] for block in timer.blocks]
    assert most.worst_ns == max(worst)
    assert most.change is not None and most.change.low > 1
    assert most.p99_9.value > found[Dose("spin", 0)].p99_9.value


def test_a_single_block_gives_no_bounds(tmp_path: Path) -> None:
    effect = of(effects(scene(tmp_path, blocks=1)), "secret", 8000)
    assert effect.throughput is not None and not np.isfinite(effect.throughput.high)


def test_a_victim_that_stands_still_has_a_ratio_all_the_same(tmp_path: Path) -> None:
    effect = of(effects(scene(tmp_path, Truth(secret_page_s=1 / 8000, any_page_s=0, operations=1e4))), "secret", 8000)
    assert effect.throughput is not None and 0 < effect.throughput.value < 0.05
