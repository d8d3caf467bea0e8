"""export: what there is to write is written, and it is said where there is nothing."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from bench.error import LabError
from cli.command import export
from tests.unit.analysis.synthetic import run
from tests.unit.bench.run.fake import FakeExecutor, experiment
from workloads.spec import Unsupported

FORMATS = pytest.mark.parametrize("form", sorted(export.FORMATS))


def ask(folder: Path, form: str, target: Path) -> None:
    export.command.main([str(folder), form, "-o", str(target)], standalone_mode=False)


@FORMATS
def test_a_result_without_readings_is_not_exported(tmp_path: Path, form: str) -> None:
    refused = FakeExecutor(lambda condition, samples: Unsupported("secretmem-disabled", "switched off"))
    result = run(tmp_path, experiment("secret"), refused)
    with pytest.raises(LabError, match="nothing-to-export"):
        ask(result.path, form, tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()


@FORMATS
def test_a_place_that_cannot_be_written_is_said_plainly(tmp_path: Path, form: str) -> None:
    result = run(tmp_path, experiment("secret"), FakeExecutor())
    with pytest.raises(LabError, match=r"No such file or directory.*results-unwritable"):
        ask(result.path, form, tmp_path / "nowhere" / "out.json")


@FORMATS
def test_what_is_there_is_not_overwritten(tmp_path: Path, form: str) -> None:
    result = run(tmp_path, experiment("secret"), FakeExecutor())
    ask(result.path, form, tmp_path / "out.json")
    before = (tmp_path / "out.json").read_bytes()
    with pytest.raises(LabError, match="output-exists"):
        ask(result.path, form, tmp_path / "out.json")
    assert (tmp_path / "out.json").read_bytes() == before


def test_a_format_that_is_not_known_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="did you mean 'pyperf'"):
        ask(tmp_path, "pyprf", tmp_path / "out.json")
