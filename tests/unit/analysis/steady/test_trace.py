"""Traces: drifts and changes inside a run are found with their size, and threads are kept apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.steady.trace import LEAST, STEPS, halves, stretches, threads, trace, traces
from tests.unit.analysis.plots.made import page_cost_result

P50 = frozenset({"p50"})


def steady(count: int = 1000, seed: int = 1) -> np.ndarray:
    return 1000 * np.random.default_rng(seed).lognormal(0, 0.1, count)


def test_steady_readings_are_worth_all_of_themselves_and_do_not_drift() -> None:
    found = [trace(0, [steady(seed=seed)], P50) for seed in range(40)]
    assert sum(each.drifts or each.changes for each in found) <= 3
    assert np.median([each.worth for each in found]) > 800


def test_drift_is_found_with_its_size() -> None:
    rising = steady() * np.linspace(1, 1.5, 1000)
    found = trace(7, [rising], P50)
    assert found.drifts and found.rise == pytest.approx(0.4, abs=0.05) and found.run == 7
    first, second = found.halves["p50"]
    assert second / first == pytest.approx(1.22, abs=0.03)


def test_change_of_level_is_found_with_its_place() -> None:
    found = trace(0, [steady() * np.where(np.arange(1000) < 400, 1.0, 2.0)], P50)
    assert found.changes and found.changed_at == pytest.approx(0.4, abs=0.03)
    assert found.step == pytest.approx(0.5, abs=0.1), "half of the run's median, which is the later level"


def test_readings_that_hang_together_are_worth_less() -> None:
    waves = np.repeat(steady(100), 10)
    assert trace(0, [waves], P50).worth < 300


def test_threads_are_laid_side_by_side_and_not_one_behind_the_other() -> None:
    slow, fast = steady(), 2 * steady(seed=2)
    assert not trace(0, [slow, fast], P50).changes
    assert trace(0, [np.concatenate([slow, fast])], P50).changes


@pytest.mark.parametrize("count", [LEAST, STEPS, STEPS + 1, 1000])
def test_stretches_hold_every_reading_once(count: int) -> None:
    found = stretches(np.ones(count), min(STEPS, count))
    assert len(found) == min(STEPS, count) and (found == 1).all()
    first, second = halves(np.arange(count, dtype=float))
    assert len(first) + len(second) == count and len(second) - len(first) in (0, 1)


def test_only_what_claims_ask_for_is_traced(tmp_path: Path) -> None:
    made = page_cost_result(tmp_path, blocks=2)
    condition = next(c for c in made.manifest.experiment.conditions if c.get("backing") == "secret")
    found = traces(made, {(condition, "first_touch"): P50})
    (every,) = found.values()
    assert [each.run for each in every] == sorted(r.trial.index for r in made.runs if r.trial.condition == condition)
    assert traces(made, {}) == {}


def test_several_threads_of_a_run_are_told_apart_by_its_series(tmp_path: Path) -> None:
    run = next(run for run in page_cost_result(tmp_path, blocks=1).runs if run.samples)
    assert run.samples is not None
    values = np.arange(run.samples.readings)
    assert [len(part) for part in threads(run, "first_touch", values)] == [
        series.count for series in run.samples.series if series.metric == "first_touch"
    ]
