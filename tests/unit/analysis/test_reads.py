"""The kernel's own reads: where the loop that makes them hides what they wait for."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.cells import cells
from analysis.plots.reads import draw
from analysis.reads import reads
from analysis.report.reads import lines
from bench.experiments.direct_map_reads import design
from bench.experiments.wish import Wish
from tests.unit.analysis.plots.made import READ_PS, result


@pytest.mark.parametrize(("loop_ps", "hidden"), [(1_000, False), (40_000, True)])
def test_reads_that_take_hardly_longer_than_a_bare_turn_are_said_to_be_hidden(
    loop_ps: int, hidden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(READ_PS, "kernel_loop", loop_ps)
    made = result(tmp_path, design(Wish("full")), blocks=3)
    found = cells(made)
    assert {each.is_hidden for each in reads(found)} == {hidden}
    figure = draw(made, found)
    assert figure is not None
    for told in (" ".join(lines(found)), figure.note):
        assert ("hardly longer" in " ".join(told.split())) == hidden
