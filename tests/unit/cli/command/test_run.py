"""run: what may stand beside what."""

from __future__ import annotations

import pytest

from bench.error import LabError
from cli.command import run


@pytest.mark.parametrize(
    "words",
    [
        ["page_cost"],
        ["--profile", "full"],
        ["--blocks", "9"],
        ["--pages", "1"],
        ["--seed", "1"],
        ["--split-budget", "1M"],
        ["--results", "x"],
        ["--dry-run"],
    ],
)
def test_resuming_takes_nothing_that_the_manifest_has_fixed(words: list[str]) -> None:
    with pytest.raises(LabError, match="resume-changes-nothing"):
        run.command.main([*words, "--resume"], standalone_mode=False)
