"""The verdict file: valid JSON of its schema, with run ids, and nothing that JSON cannot hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

from analysis.fear.catalog import FEARS
from analysis.report.verdictfile import VerdictFile, verdict_file
from tests.unit.analysis.plots.made import page_cost_result, refused, removal_result


def test_verdict_file_reads_back_and_holds_every_fear_claim_and_proof(tmp_path: Path) -> None:
    made = [page_cost_result(tmp_path), removal_result(tmp_path, blocks=1)]
    text = verdict_file(made).model_dump_json()
    found = VerdictFile.model_validate_json(text)
    (column,) = found.columns
    assert [fear.id for fear in column.fears] == [fear.id for fear in FEARS]
    assert [claim.name for claim in column.claims] == [claim.name for claim in made[0].manifest.experiment.claims]
    assert [proof.name for proof in column.proofs] == [proof.name for proof in made[1].manifest.experiment.proofs]
    assert "NaN" not in text and "Infinity" not in text


def test_runs_are_those_of_both_sides_of_a_claim(tmp_path: Path) -> None:
    made = page_cost_result(tmp_path)
    claim = verdict_file([made]).columns[0].claims[0]
    ends = {made.runs[index].trial.condition.get("backing") for index in claim.runs}
    assert ends == {"secret", "anonymous_locked"} and len(claim.runs) == 2 * claim.blocks


def test_interval_without_bounds_is_null(tmp_path: Path) -> None:
    claim = verdict_file([page_cost_result(tmp_path, blocks=1)]).columns[0].claims[0]
    assert (claim.ratio and claim.low is None) or claim.high is None
    json.loads(verdict_file([page_cost_result(tmp_path / "b", blocks=1)]).model_dump_json())


def test_machine_without_the_call_has_reasons(tmp_path: Path) -> None:
    column = verdict_file([page_cost_result(tmp_path, answer=refused)]).columns[0]
    assert {claim.outcome for claim in column.claims} == {"not run"}
    assert all(claim.reasons for claim in column.claims) and all(f.reasons for f in column.fears)


def test_numbers_have_no_digits_that_another_cpu_would_not_have(tmp_path: Path) -> None:
    text = verdict_file([page_cost_result(tmp_path)]).model_dump_json()
    numbers = [float(each) for each in re.findall(r'":(-?\d+\.\d+(?:e-?\d+)?)', text)]
    assert numbers and [each for each in numbers if each != float(f"{each:.9g}")] == []
