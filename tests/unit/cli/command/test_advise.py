"""./lab advise: from this machine's newest results or from named ones, and one clear line for anything else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis import place
from bench.error import LabError
from bench.host import machine
from cli import evidence
from cli.command.advise import command
from tests.unit.analysis.plots.made import fragmentation_result, page_cost_result, secret_life_result


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    monkeypatch.setattr(place, "PUBLISHED", tmp_path / "published")
    return tmp_path


def asked(*words: str) -> str:
    return CliRunner().invoke(command, words, catch_exceptions=False).output


def test_named_result_is_advised_from_by_the_limits_of_its_machine(results: Path) -> None:
    made = secret_life_result(results, machine="elsewhere")
    told = asked(str(made.path), "--secrets", "10", "--size", "4K")
    assert "10 secrets of 4 KB each" in told
    assert "locked memory as the result has it" in " ".join(told.split())


def test_newest_results_of_this_machine_and_kernel_are_taken(results: Path) -> None:
    here = machine.name()
    secret_life_result(results, machine=here)
    secret_life_result(results / "published", machine="elsewhere", created="2099-01-01T00:00:00+00:00")
    other = fragmentation_result(results, machine=here).manifest.environment.model_copy(update={"kernel": "5.15.0"})
    page_cost_result(results, machine=here, environment=other, created="2000-01-01T00:00:00+00:00")
    found = json.loads(asked("--json"))
    assert [origin["experiment"] for origin in found["origins"]] == ["secret_life", "fragmentation"]
    assert found["machine"] == here
    assert found["limits"]["said_by"] == "of this process, as read now"


def test_no_result_of_this_machine_is_one_line_with_what_to_run(results: Path) -> None:
    secret_life_result(results, machine="elsewhere")
    with pytest.raises(LabError, match=r"there is no result of this machine .*\./lab run secret_life"):
        evidence.gather(())


def test_result_of_another_question_is_refused(results: Path) -> None:
    made = secret_life_result(results)
    folder = made.path.parent.parent / "other"
    experiment = made.manifest.experiment.model_copy(update={"name": "kernel_paths"})
    folder.mkdir()
    (folder / "manifest.json").write_text(made.manifest.model_copy(update={"experiment": experiment}).model_dump_json())
    with pytest.raises(LabError, match="none of these results"):
        evidence.gather((str(folder),))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--secrets", "0"), "at least 1"),
        (("--secrets", "-5"), "at least 1"),
        (("--secrets", "many"), "whole number"),
        (("--size", "0"), "less than 1 B"),
        (("--size", "-4K"), "is no size"),
        (("--size", "1T", "--secrets", "999999999999"), "can address"),
        (("nowhere",), "is not a result"),
    ],
)
def test_bad_wish_is_one_line(words: tuple[str, ...], told: str) -> None:
    ended = subprocess.run((sys.executable, "-m", "cli", "advise", *words), capture_output=True, text=True, check=False)
    assert ended.returncode in (1, 2)
    assert told in ended.stderr
    assert ended.stderr.count("\n") == 1
