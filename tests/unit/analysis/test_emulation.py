"""Emulated machines: told apart from virtual ones, and nothing that was timed on them is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.emulation import emulated
from analysis.report.page import render
from analysis.report.study import study
from tests.unit.analysis.plots.made import page_cost_result, removal_result
from tests.unit.bench.run.fake import environment


@pytest.mark.parametrize(
    ("virtualisation", "cpu", "expected"),
    [
        ("none", "AMD EPYC", False),
        ("kvm", "AMD EPYC", False),
        ("kvm (QEMU Standard PC)", "QEMU Virtual CPU version 2.5+", False),
        ("qemu (QEMU Standard PC)", "QEMU Virtual CPU version 2.5+", True),
        ("tcg", "?", True),
        ("kvm", "QEMU TCG CPU version 2.5+", True),
    ],
)
def test_emulation_is_told_from_virtualisation(virtualisation: str, cpu: str, expected: bool) -> None:
    assert emulated(environment().model_copy(update={"virtualisation": virtualisation, "cpu": cpu})) == expected


def test_times_of_an_emulated_machine_are_refused_and_proofs_are_not(tmp_path: Path) -> None:
    emulated = environment().model_copy(update={"virtualisation": "qemu"})
    timed = page_cost_result(tmp_path, blocks=2, environment=emulated)
    looked = removal_result(tmp_path, blocks=2, least=1, environment=emulated)
    assert {verdict.outcome for verdict in study(timed).verdicts} == {"not run"} and study(timed).cells == ()
    assert {finding.outcome for finding in study(looked).findings} == {"supported"}
    html = render([timed, looked])
    assert "emulated by a program" in html and "[emulated]" in html and "The first touch of a page" not in html
