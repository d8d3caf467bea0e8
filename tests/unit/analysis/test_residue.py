"""Residue: what varied without a name is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.residue import mixture, residue
from tests.unit.analysis.synthetic import run
from tests.unit.bench.run.fake import FakeExecutor, experiment, report, success
from workloads.program import Success
from workloads.spec import Condition


def with_settings(tmp_path: Path, key: str) -> tuple[str, ...]:
    made: list[int] = []

    def answer(condition: Condition, samples: Path) -> Success:
        made.append(len(made))
        return Success(report(settings={key: len(made) % 2}), success(samples).samples)

    result = run(tmp_path, experiment("secret", blocks=4), FakeExecutor(answer))
    return tuple(note.text for note in residue(result))


def test_a_setting_that_varied_within_a_condition_is_noted_with_its_values(tmp_path: Path) -> None:
    (text,) = with_settings(tmp_path, "cpus")
    assert text.endswith("cpus was 0 and 1")


@pytest.mark.parametrize("key", ["plug_pages", "turned"])
def test_an_outcome_may_vary(tmp_path: Path, key: str) -> None:
    assert with_settings(tmp_path, key) == ()


def test_results_of_several_machines_or_kernels_are_not_shown_together_unsaid(tmp_path: Path) -> None:
    ours = run(tmp_path, experiment("secret"), FakeExecutor())
    theirs = replace(ours, manifest=ours.manifest.model_copy(update={"machine": "other"}))
    assert mixture([ours, ours]) == ()
    (note,) = mixture([ours, theirs])
    assert note.slug == "results-differ" and "machines: other, tester" in note.text
    kernel = ours.manifest.environment.model_copy(update={"kernel": "5.14.0"})
    older = replace(ours, manifest=ours.manifest.model_copy(update={"environment": kernel}))
    assert [note.text for note in mixture([ours, older])] == [
        "These results are of several kernels: 5.14.0, 6.18.0. Compare within one of them only."
    ]
