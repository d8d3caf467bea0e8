"""Questions of one's own: judged as the lab's claims are, and a condition that is not clear is said to be so."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.cells import cells
from analysis.load import Result
from analysis.plots import blocks
from analysis.question import claim
from analysis.verdict import judge
from bench.error import LabError
from tests.unit.analysis.plots.made import page_cost_result, refused
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import experiment
from workloads.spec import Condition

BOTH = {"baseline": {"backing": "anonymous"}, "treatment": {"backing": "secret"}}


def known(condition: Condition, n: int) -> tuple[int, ...]:
    base = 1000 if condition.get("backing") == "anonymous" else 2000
    return tuple(base + 10 * (n % 3) + k for k in range(5))


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return make(tmp_path, experiment("anonymous", "secret", blocks=6), known)


@pytest.mark.parametrize(("effect", "outcome"), [(0.1, "supported"), (2.0, "refuted")])
def test_a_question_is_judged_as_a_claim_is(result: Result, effect: float, outcome: str) -> None:
    verdict = judge(claim(result, "Twice.", smallest_effect=effect, **BOTH), cells(result), result)
    assert verdict.outcome == outcome and verdict.ratio is not None
    assert verdict.ratio.low < 2012 / 1012 < verdict.ratio.high


def test_blocks_of_a_verdict_are_drawn_one_by_one(result: Result) -> None:
    figure = blocks.draw(judge(claim(result, "Twice.", smallest_effect=0.1, **BOTH), cells(result), result))
    assert figure is not None and len(figure.rows) == 6 + 1 and figure.rows[0][1].startswith("2.0")


def test_a_condition_that_is_not_there_is_answered_with_those_that_are(result: Result) -> None:
    with pytest.raises(LabError, match=r"none has it.*backing anonymous or secret.*condition-unclear"):
        claim(result, "?", baseline={"backing": "golden"}, treatment={}, smallest_effect=0.1)


def test_a_condition_that_several_have_is_answered_with_what_tells_them_apart(tmp_path: Path) -> None:
    result = page_cost_result(tmp_path, blocks=1)
    with pytest.raises(LabError, match=r"\d+ have it; say more: .*others idle or spin"):
        claim(result, "?", baseline={"backing": "secret"}, treatment={}, smallest_effect=0.1)


def test_a_question_about_what_was_not_measured_is_not_run_and_has_no_picture(tmp_path: Path) -> None:
    result = page_cost_result(tmp_path, blocks=1, answer=refused)
    both = {name: {"backing": kind, "pages": 64, "threads": 1, "others": "idle", "history": "reused"}
            for name, kind in (("baseline", "anonymous_locked"), ("treatment", "secret"))}  # fmt: skip
    verdict = judge(claim(result, "?", smallest_effect=0.1, **both), cells(result), result)
    assert verdict.outcome == "not run" and blocks.draw(verdict) is None and "switched off" in verdict._repr_html_()
