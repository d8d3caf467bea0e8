"""Contrasts: what is known comes out, and what cannot be compared is refused in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.comparability import circumstances
from analysis.contrast import contrast
from analysis.load import Result
from analysis.report.contrast import document, text
from bench.error import LabError
from bench.run.executor import Outcome
from tests.unit.analysis.plots.made import fragmentation_result, page_cost_result, removal_result
from tests.unit.analysis.synthetic import make, run
from tests.unit.bench.run.fake import FakeExecutor, environment, experiment, report, success
from workloads.program import Success
from workloads.spec import Condition

BLOCKS = 12


def around(centre_ns: int) -> Callable[[Condition, int], tuple[int, ...]]:
    """Return readings near a time, which wander a little from run to run."""
    return lambda condition, n: tuple(centre_ns + 10 * (n % 3) + k for k in range(5))


def sitting(folder: Path, centre_ns: int, *backings: str) -> Result:
    return make(folder, experiment(*(backings or ("anonymous",)), blocks=BLOCKS), around(centre_ns))


def refusal(first: Result, second: Result) -> str:
    with pytest.raises(LabError) as refused:
        contrast(first, second)
    return str(refused.value)


def test_twice_the_time_is_found_with_its_interval(tmp_path: Path) -> None:
    found = contrast(sitting(tmp_path / "a", 1000), sitting(tmp_path / "b", 2000))
    [change] = found.cells
    assert change.shift.low < 2 * 1002 / 1012 < change.shift.high
    assert (change.shift.told, change.shift.sure, change.shift.blocks) == ("more", True, (BLOCKS, BLOCKS))


def test_the_same_time_is_not_told_apart(tmp_path: Path) -> None:
    [change] = contrast(sitting(tmp_path / "a", 1000), sitting(tmp_path / "b", 1000)).cells
    assert (change.shift.told, change.shift.sure) == ("not told apart", False)


def test_a_claims_ratio_moves_by_the_ratio_of_both(tmp_path: Path) -> None:
    first, second = (page_cost_result(tmp_path / name) for name in "ab")
    found = contrast(first, second)
    for change in found.claims:
        if change.shift and change.before.ratio and change.after.ratio:
            assert change.shift.value == pytest.approx(change.after.ratio.value / change.before.ratio.value)
    assert any(change.shift for change in found.claims)


def test_a_claim_about_another_condition_is_another_claim(tmp_path: Path) -> None:
    first, second = (page_cost_result(tmp_path / name) for name in "ab")
    claims = second.manifest.experiment.claims
    wider = [claim.model_copy(update={"statistic": "p90"}) for claim in claims]
    changed = second.manifest.experiment.model_copy(update={"claims": tuple(wider)})
    other = Result(second.path, second.manifest.model_copy(update={"experiment": changed}), second.runs, second.seal)
    assert all(change.shift is None and change.reworded for change in contrast(first, other).claims)


def test_proofs_stand_side_by_side(tmp_path: Path) -> None:
    found = contrast(*(removal_result(tmp_path / name) for name in "ab"))
    assert {(a.proof.name, b.proof.name) for a, b in found.proofs} >= {("refused", "refused")}
    assert "refused" in text(found)


def test_a_result_without_times_says_so(tmp_path: Path) -> None:
    found = contrast(*(fragmentation_result(tmp_path / name) for name in "ab"))
    assert "No times were measured alike in both." in text(found)


def test_another_machine_and_kernel_are_named(tmp_path: Path) -> None:
    elsewhere = environment().model_copy(update={"kernel": "7.1.0", "boot": "other"})
    first = page_cost_result(tmp_path / "a")
    second = page_cost_result(tmp_path / "b", machine="elsewhere", environment=elsewhere)
    told = text(contrast(first, second))
    assert "machine: tester / elsewhere" in told
    assert "kernel: 6.18.0 / 7.1.0" in told
    assert "boot: the same" not in told


def test_only_what_differs_of_mitigations_and_flags_is_named(tmp_path: Path) -> None:
    told = {"meltdown": "Not affected", "retbleed": "Vulnerable", "spectre_v1": "Mitigation: usercopy"}
    ours, theirs = (
        environment().model_copy(update={"mitigations": each}) for each in (told, {**told, "retbleed": "X"})
    )
    found = list(circumstances(*(page_cost_result(tmp_path / e.mitigations["retbleed"], environment=e).manifest
                                 for e in (ours, theirs))))  # fmt: skip
    assert [line for line in found if not line.startswith("boot")] == ["mitigation of retbleed: Vulnerable / X"]


def test_another_experiment_is_refused(tmp_path: Path) -> None:
    assert "two experiments: page_cost and removal" in refusal(page_cost_result(tmp_path), removal_result(tmp_path))


def test_other_conditions_are_refused(tmp_path: Path) -> None:
    told = refusal(sitting(tmp_path / "a", 1000, "anonymous"), sitting(tmp_path / "b", 1000, "secret"))
    assert "they share no condition" in told


def test_a_workload_with_other_settings_is_refused(tmp_path: Path) -> None:
    def other(condition: Condition, samples: Path) -> Outcome:
        made = success(samples)
        return Success(report=report(settings={"backing": "secret", "page_bytes": 2 << 20}), samples=made.samples)

    first = run(tmp_path / "a", experiment("secret"), FakeExecutor())
    told = refusal(first, run(tmp_path / "b", experiment("secret"), FakeExecutor(other)))
    assert "page_bytes was not told in the first and 2097152 in the second" in told


def test_an_emulated_machine_is_not_compared_with_a_real_one(tmp_path: Path) -> None:
    played = environment().model_copy(update={"cpu": "QEMU TCG CPU version 2.5+"})
    told = refusal(page_cost_result(tmp_path / "a"), page_cost_result(tmp_path / "b", environment=played))
    assert "real and emulated" in told


def test_another_format_is_refused(tmp_path: Path) -> None:
    first, second = sitting(tmp_path / "a", 1000), sitting(tmp_path / "b", 1000)
    older = Result(second.path, second.manifest.model_copy(update={"format": 1}), second.runs, second.seal)
    assert "two formats: 2 and 1" in refusal(first, older)


def test_a_result_is_not_compared_with_itself(tmp_path: Path) -> None:
    result = sitting(tmp_path, 1000)
    assert "the same result" in refusal(result, result)


def test_json_says_what_the_table_says(tmp_path: Path) -> None:
    found = json.loads(document(contrast(sitting(tmp_path / "a", 1000), sitting(tmp_path / "b", 2000))))
    [condition] = found["conditions"]
    assert condition["shift"]["told"] == "more"
    assert found["experiment"] == "page_cost"


def test_a_single_block_has_null_for_bounds(tmp_path: Path) -> None:
    both = (make(tmp_path / name, experiment("secret", blocks=1), around(1000)) for name in "ab")
    [condition] = json.loads(document(contrast(*both)))["conditions"]
    assert (condition["shift"]["low"], condition["shift"]["high"]) == (None, None)


def test_what_a_terminal_would_obey_is_not_passed_on(tmp_path: Path) -> None:
    hostile = page_cost_result(tmp_path / "b", machine="\x1b[2Jowned")
    assert "\x1b" not in text(contrast(page_cost_result(tmp_path / "a"), hostile))
