"""Rulings: three-valued "any" and "all", votes turned round, and why where there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.fear.cost import PAGE_COST, SPLIT_1G, SPLIT_4K
from analysis.fear.fear import Evidence, Rule
from analysis.fear.meaning import carried
from analysis.fear.promise import DEMAND, KERNEL_BLIND
from analysis.fear.ruling import combine, rule
from analysis.report.study import study
from analysis.verdict import Outcome
from tests.unit.analysis.plots.made import page_cost_result, removal_result

ANY: tuple[tuple[tuple[Outcome, ...], Outcome], ...] = (
    ((), "not run"),
    (("not run", "not run"), "not run"),
    (("supported", "refuted", "not run"), "supported"),
    (("refuted", "refuted"), "refuted"),
    (("refuted", "not run"), "undecided"),
    (("refuted", "undecided"), "undecided"),
    (("undecided", "not run"), "undecided"),
)
MIRROR = {"supported": "refuted", "refuted": "supported", "undecided": "undecided", "not run": "not run"}


@pytest.mark.parametrize(("outcomes", "expected"), ANY)
def test_any_is_right_by_one_and_wrong_only_by_all(outcomes: tuple[Outcome, ...], expected: Outcome) -> None:
    assert combine("any", outcomes) == expected


@pytest.mark.parametrize(("outcomes", "expected"), ANY)
def test_all_is_the_mirror_image_of_any(outcomes: tuple[Outcome, ...], expected: Outcome) -> None:
    assert combine("all", [MIRROR[outcome] for outcome in outcomes]) == MIRROR[expected]  # type: ignore[misc]


def test_claims_of_a_result_decide_a_fear(tmp_path: Path) -> None:
    found = rule(PAGE_COST, [study(page_cost_result(tmp_path))])
    assert found.outcome == "supported"
    assert {vote.name for vote in found.votes} == {"touch-p50", "touch-p99", "touch-memfd"}
    assert carried(found).startswith("This is a claim, in a sentence")
    assert "crowd" in {vote.name for vote in found.beside}


def test_claim_that_speaks_against_a_fear_turns_it(tmp_path: Path) -> None:
    turned = replace(PAGE_COST, evidence=(Evidence("page_cost", "touch-p50", "against"),))
    found = rule(turned, [study(page_cost_result(tmp_path))])
    assert found.outcome == "refuted"
    assert carried(found).startswith("Supported: This is a claim, in a sentence")


def test_proofs_decide_a_fear(tmp_path: Path) -> None:
    found = rule(KERNEL_BLIND, [study(removal_result(tmp_path, blocks=2, least=1))])
    assert found.outcome == "supported"
    assert {"refused", "absent"} <= {vote.name for vote in found.votes}


@pytest.mark.parametrize("fear", [SPLIT_1G, SPLIT_4K, DEMAND], ids=lambda fear: fear.id)
def test_fear_without_its_experiment_is_not_run_and_says_why(fear: object, tmp_path: Path) -> None:
    found = rule(fear, [study(removal_result(tmp_path, blocks=1))])  # type: ignore[arg-type]
    assert found.outcome == "not run" and all(found.reasons)


@pytest.mark.parametrize("how", ["any", "all"])
def test_no_vote_is_no_ruling(how: Rule) -> None:
    assert combine(how, []) == "not run"
