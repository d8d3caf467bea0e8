"""Steadiness: what a claim would be by half of its readings, by its trend over the blocks, and what is marked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.compare import ratio_of
from analysis.report.study import study
from analysis.steady.sitting import LEAST_BLOCKS, sitting
from analysis.steady.steadiness import Steadiness, steadiness
from tests.unit.analysis.plots.made import page_cost_result, refused
from tests.unit.analysis.synthetic import make
from tests.unit.analysis.test_verdict import claim
from tests.unit.bench.run.fake import experiment
from workloads.spec import Condition

READINGS = 64


def sloping(condition: Condition, turn: int) -> tuple[int, ...]:
    """Return readings of which secret ones take three times as long, but only in the second half of a run."""
    rng = np.random.default_rng((turn, condition.get("backing") == "secret"))
    values = rng.normal(1000, 20, READINGS)
    if condition.get("backing") == "secret":
        values[READINGS // 2 :] *= 3
    return tuple(values.astype(int).tolist())


def of(folder: Path) -> Steadiness:
    fixed = claim("greater", 0.5).model_copy(update={"statistic": "mean"})
    made = experiment("anonymous", "secret", blocks=8).model_copy(update={"claims": (fixed,)})
    return steadiness(study(make(folder, made, sloping)))


def test_halves_of_runs_say_what_the_claim_would_have_been(tmp_path: Path) -> None:
    (found,) = of(tmp_path).claims
    assert found.halves is not None
    assert [round(ratio.value, 1) for ratio in found.halves] == [1.0, 3.0]
    assert found.verdict.outcome == "supported" and ("first halves", "refuted") in found.others
    assert found.marked and len(found.drifting) == 8


def test_ratio_that_moves_over_the_blocks_is_found_with_its_size() -> None:
    rng = np.random.default_rng(4)
    moved = sitting(ratio_of(np.log(2) + np.linspace(0, 0.5, 30) + rng.normal(0, 0.02, 30), 0.95))
    assert moved is not None and moved.drifts and moved.rise == pytest.approx(np.exp(0.5), rel=0.03)
    stepped = sitting(ratio_of(np.where(np.arange(30) < 12, 0.0, 0.4) + rng.normal(0, 0.02, 30), 0.95))
    assert stepped is not None and stepped.changed_after == 12 and stepped.step == pytest.approx(np.exp(0.4), rel=0.03)


def test_blocks_that_hang_together_widen_the_interval_and_others_do_not() -> None:
    rng = np.random.default_rng(5)
    apart = ratio_of(np.tile([0.1, -0.1], 15) + rng.normal(0, 0.01, 30), 0.95)
    alone = sitting(apart)
    assert alone is not None and alone.wider.low == pytest.approx(apart.low) and alone.worth == 30
    tied = ratio_of(np.repeat(rng.normal(0, 0.2, 6), 5), 0.95)
    together = sitting(tied)
    assert together is not None and together.worth < 15
    assert together.wider.low < tied.low and tied.high < together.wider.high


def test_few_blocks_have_no_course() -> None:
    assert sitting(ratio_of(np.zeros(LEAST_BLOCKS - 1), 0.95)) is None


def test_nothing_is_changed_or_left_out_for_it(tmp_path: Path) -> None:
    plain = study(page_cost_result(tmp_path, blocks=6))
    found = steadiness(plain)
    assert tuple(each.verdict for each in found.claims) == plain.verdicts


def test_claims_without_data_have_none(tmp_path: Path) -> None:
    found = steadiness(study(page_cost_result(tmp_path, answer=refused)))
    assert not any(found.traces.values()) and not any(each.marked for each in found.claims)
