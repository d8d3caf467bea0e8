"""Cells and comparisons: exact where the numbers are known, paired by block, and marked where something disturbed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.canary import disturbed
from analysis.cells import Cell, cells
from analysis.compare import compare
from analysis.order import order
from analysis.verdict import judge
from bench.model.claim import Claim
from tests.unit.analysis.synthetic import make, run
from tests.unit.bench.run.fake import CANARY, FakeExecutor, condition, experiment, report, success
from workloads.program import Success
from workloads.spec import Condition, Unsupported

BLOCKS = 12
EXPERIMENT = experiment("anonymous", "secret", blocks=BLOCKS)
CLAIM = Claim(
    name="dearer",
    text="it is dearer",
    metric="first_touch",
    statistic="p50",
    baseline=condition("anonymous"),
    treatment=condition("secret"),
    relation="greater",
    smallest_effect=0.1,
)


def drifting(wanted: Condition, n: int) -> tuple[int, ...]:
    """Ten times dearer in every block, on a machine that gets twice as slow over the run."""
    base = 1000 * (1 + n / BLOCKS) * (10 if wanted.get("backing") == "secret" else 1)
    return tuple(int(base * k) for k in (0.9, 1.0, 1.0, 1.0, 5.0))


def both(found: tuple[Cell, ...]) -> tuple[Cell, Cell]:
    first, second = found
    return (first, second) if first.condition.get("backing") == "anonymous" else (second, first)


def test_cell_statistics_are_exact(tmp_path: Path) -> None:
    made = make(tmp_path, experiment("secret", blocks=2), lambda c, n: tuple(range(1 + 500 * n, 501 + 500 * n)))
    (cell,) = cells(made)
    assert cell.readings == 1000
    assert cell.typical["p50"] == pytest.approx((250 * 750) ** 0.5)
    assert cell.values["p50"].tolist() == [250, 750]
    assert cell.quantiles[0] == 1 and cell.quantiles[-1] == 1000


def test_drift_cancels_in_a_paired_ratio(tmp_path: Path) -> None:
    baseline, treatment = both(cells(make(tmp_path, EXPERIMENT, drifting)))
    ratio = compare(baseline, treatment, "p50")
    assert ratio is not None and ratio.blocks == BLOCKS
    assert ratio.value == pytest.approx(10, rel=1e-3)
    assert ratio.high / ratio.low < 1.01


def test_a_cell_against_itself_is_one(tmp_path: Path) -> None:
    baseline, _ = both(cells(make(tmp_path, EXPERIMENT, drifting)))
    ratio = compare(baseline, baseline, "p99")
    assert ratio is not None and (ratio.value, ratio.low, ratio.high) == (1, 1, 1)


def test_intervals_of_cells_reach_over_the_spread_between_runs(tmp_path: Path) -> None:
    baseline, _ = both(cells(make(tmp_path, EXPERIMENT, drifting)))
    interval = baseline.intervals["p50"]
    assert interval.low < baseline.typical["p50"] < interval.high
    assert 0.1 < (interval.high - interval.low) / baseline.typical["p50"] < 1


def test_judge_supports_what_holds_and_says_not_run_with_the_reason(tmp_path: Path) -> None:
    made = make(tmp_path / "a", EXPERIMENT, drifting)
    assert judge(CLAIM, cells(made), made).outcome == "supported"

    def refuse(wanted: Condition, samples: Path) -> Success | Unsupported:
        if wanted.get("backing") == "secret":
            return Unsupported("secret-disabled", "switched off", "switch it on")
        return success(samples)

    without = run(tmp_path / "b", EXPERIMENT, FakeExecutor(refuse))
    verdict = judge(CLAIM, cells(without), without)
    assert (verdict.outcome, verdict.reasons) == ("not run", ("switched off",))


def test_a_run_with_a_slow_canary_is_marked_and_still_counted(tmp_path: Path) -> None:
    def answer(wanted: Condition, samples: Path) -> Success:
        made = success(samples)
        slow = wanted.get("backing") == "secret" and not (tmp_path / "once").exists()
        if slow:
            (tmp_path / "once").touch()
        after = CANARY | {"chase_ns": 9_000_000} if slow else CANARY
        return Success(report(canary_after=after), made.samples)

    made = run(tmp_path / "a", EXPERIMENT, FakeExecutor(answer))
    assert len(disturbed(made)) == 1
    assert sum(len(cell.runs) for cell in cells(made)) == 2 * BLOCKS


def test_order_is_the_median_over_runs_at_each_place(tmp_path: Path) -> None:
    made = make(tmp_path, experiment("secret", blocks=3), lambda c, n: (10 + n, 20 + n, 30 + n))
    assert order(made, condition("secret")).tolist() == [11, 21, 31]
    assert np.array_equal(order(made, condition("memfd")), np.empty(0))
