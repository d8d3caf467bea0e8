"""Results made of known numbers, by the harness itself with an executor that starts nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis.load import Result, load
from bench.model.experiment import Experiment
from bench.run.conduct import conduct
from bench.run.executor import Outcome
from bench.run.journal import Journal
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.bench.run.fake import FakeExecutor, manifest, success
from workloads.spec import Condition

Readings = Callable[[Condition, int], tuple[int, ...]]
"""The readings of a condition's n-th run."""


def make(folder: Path, experiment: Experiment, readings: Readings, *, sealed: bool = True) -> Result:
    """Run an experiment whose readings are known, and load its result."""
    made: dict[Condition, int] = {}

    def answer(condition: Condition, samples: Path) -> Outcome:
        made[condition] = made.get(condition, -1) + 1
        return success(samples, readings(condition, made[condition]))

    return run(folder, experiment, FakeExecutor(answer), sealed=sealed)


def run(folder: Path, experiment: Experiment, executor: FakeExecutor, *, sealed: bool = True) -> Result:
    """Run an experiment by some executor and load its result."""
    fixed = manifest(experiment)
    journal = Journal.create(folder / experiment.name / "made", fixed)
    conduct(make_plan(experiment, fixed.seed), executor, journal, dict, lambda run: None)
    if sealed:
        seal(journal)
    return load(journal.folder)
