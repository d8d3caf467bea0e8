"""Proofs: one page that speaks against a sentence refutes it, and too few pages do not settle it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from analysis.load import Result
from analysis.proof import Finding, examine
from bench.model.claim import Proof
from bench.model.experiment import Experiment
from tests.unit.analysis.synthetic import run
from tests.unit.bench.run.fake import FakeExecutor, report
from workloads.program import Success
from workloads.spec import Condition, Samples, Series, Unsupported

HELD, KILLED = (Condition.of("removal", backing="secret", life=life, pages=4, threads=1) for life in ("held", "killed"))
ABSENT = Unsupported("bpf-not-built", "the build had no libbpf", "apt-get install libbpf-dev")


def proof(*conditions: Condition, least: int = 1, metric: str = "refused_while_held") -> Proof:
    return Proof(name="p", text="Each is.", metric=metric, conditions=conditions, expected=1, least=least)


def made(folder: Path, of: Proof, readings: dict[Condition, tuple[int, ...]]) -> Result:
    """Return a result of two blocks in which every run of a condition has the given readings."""
    conditions = (HELD, KILLED)
    experiment = Experiment(
        name="removal", question="?", profile="quick", claims=(), conditions=conditions, blocks=2, proofs=(of,)
    )

    def answer(condition: Condition, samples: Path) -> Success | Unsupported:
        values = readings.get(condition)
        if values is None:
            return ABSENT
        samples.write_bytes(struct.pack(f"<{len(values)}Q", *values))
        series = (Series("refused_while_held", 0, len(values)),)
        return Success(report=report(), samples=Samples(samples, series))

    return run(folder, experiment, FakeExecutor(answer))


def found(folder: Path, of: Proof, readings: dict[Condition, tuple[int, ...]]) -> Finding:
    (finding,) = examine(made(folder, of, readings))
    return finding


def test_all_readings_as_expected_support_it(tmp_path: Path) -> None:
    finding = found(tmp_path, proof(HELD, KILLED), {HELD: (1, 1, 1), KILLED: (1,)})
    assert (finding.outcome, finding.readings, finding.contrary, finding.runs) == ("supported", 8, 0, 4)


@pytest.mark.parametrize("wrong", [0, 2])
def test_one_other_reading_refutes_it(tmp_path: Path, wrong: int) -> None:
    finding = found(tmp_path, proof(HELD, KILLED), {HELD: (1, 1, 1), KILLED: (1, wrong, 1)})
    assert (finding.outcome, finding.contrary) == ("refuted", 2)


def test_readings_of_other_conditions_do_not_count(tmp_path: Path) -> None:
    finding = found(tmp_path, proof(HELD), {HELD: (1, 1), KILLED: (0, 0)})
    assert (finding.outcome, finding.readings) == ("supported", 4)


def test_fewer_readings_than_agreed_leave_it_open(tmp_path: Path) -> None:
    assert found(tmp_path, proof(HELD, least=5), {HELD: (1, 1)}).outcome == "undecided"
    assert found(tmp_path / "more", proof(HELD, least=4), {HELD: (1, 1)}).outcome == "supported"


def test_few_readings_are_enough_to_refute(tmp_path: Path) -> None:
    assert found(tmp_path, proof(HELD, least=5), {HELD: (1, 0)}).outcome == "refuted"


def test_without_a_run_that_gave_readings_it_says_why(tmp_path: Path) -> None:
    finding = found(tmp_path, proof(HELD, KILLED), {})
    assert (finding.outcome, finding.readings, finding.reasons) == ("not run", 0, (ABSENT.reason,))


def test_another_metric_is_no_reading(tmp_path: Path) -> None:
    assert found(tmp_path, proof(HELD, metric="readable_after"), {HELD: (1,)}).outcome == "not run"
