"""Residue: what varied without a name is said."""

from __future__ import annotations

from pathlib import Path

from analysis.residue import residue
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


def test_an_outcome_may_vary(tmp_path: Path) -> None:
    assert with_settings(tmp_path, "plug_pages") == ()
