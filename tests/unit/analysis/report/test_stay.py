"""The words about who keeps secret memory."""

from __future__ import annotations

from pathlib import Path

from analysis.report.stay import answers
from analysis.report.study import study
from bench.experiments.lifetime import design as lifetime
from bench.experiments.wish import Wish
from tests.unit.analysis.plots.made import refused, removal_result, result


def test_times_and_what_counts_for_nobody_are_told(tmp_path: Path) -> None:
    soon, uncounted = answers(study(result(tmp_path, lifetime(Wish(cpus=2)), blocks=3)))
    assert (
        soon.startswith("1 MB of secret memory are free again ") and "after close, " in soon and "after SIGKILL" in soon
    )
    assert uncounted.startswith("Secret memory counts against nobody's limit while it is kept by a descriptor, by ")


def test_nothing_is_said_where_nothing_was_measured(tmp_path: Path) -> None:
    assert list(answers(study(removal_result(tmp_path / "a", blocks=1)))) == []
    assert list(answers(study(result(tmp_path / "b", lifetime(Wish(cpus=2)), blocks=1, answer=refused)))) == []
    assert list(answers(study(result(tmp_path / "c", lifetime(Wish(cpus=1)), blocks=1)))) == []
