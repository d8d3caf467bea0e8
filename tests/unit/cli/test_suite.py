"""Words for another machine: understood as ./lab run understands them, and refused where a fleet has its own way."""

from __future__ import annotations

import click
import pytest

from bench.error import LabError
from cli.suite import understand


def test_options_come_first_and_experiments_behind_two_dashes() -> None:
    job, _ = understand("hosts", ("copies", "--blocks", "2", "page_cost", "--profile=full"))
    assert job.words == ("--blocks", "2", "--profile=full", "--", "copies", "page_cost")
    assert understand("hosts", ())[0].words == ("--",)


def test_more_blocks_take_longer() -> None:
    short, long = (understand("hosts", ("--blocks", blocks, "copies"))[1] for blocks in ("1", "50"))
    most = understand("hosts", ("--until", "2%", "--max-blocks", "50", "copies"))[1]
    assert 0 < short < long == most


@pytest.mark.parametrize(
    "words", [("--resume",), ("--dry-run",), ("--results", "/tmp"), ("--machine", "x"), ("--profile-kernel",)]
)
def test_options_that_are_not_for_many_hosts_are_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(LabError, match=f"{words[0]} is not passed on.*fleet-words"):
        understand("hosts", words)


@pytest.mark.parametrize("words", [("page_costs",), ("--blocks", "0"), ("--what",), ("--until", "2%", "--blocks", "3")])
def test_what_lab_run_would_refuse_is_refused_here(words: tuple[str, ...]) -> None:
    with pytest.raises(click.UsageError):
        understand("hosts", words)
