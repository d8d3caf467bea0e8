"""run: what may stand beside what."""

from __future__ import annotations

import click
import pytest

from bench.error import LabError
from bench.run import session
from bench.run.fit import Room
from cli.command import run
from tests.unit.bench.run.fake import condition, environment, experiment


@pytest.mark.parametrize(
    "words",
    [
        ["page_cost"],
        ["--profile", "full"],
        ["--blocks", "9"],
        ["--pages", "1"],
        ["--until", "2%"],
        ["--max-blocks", "9"],
        ["--seed", "1"],
        ["--split-budget", "1M"],
        ["--results", "x"],
        ["--dry-run"],
    ],
)
def test_resuming_takes_nothing_that_the_manifest_has_fixed(words: list[str]) -> None:
    with pytest.raises(LabError, match=rf"without {words[0] if words[0].startswith('--') else 'experiments'};"):
        run.command.main([*words, "--resume"], standalone_mode=False)


@pytest.mark.parametrize("words", [["--pages", "many"], ["--pages", "0"], ["--blocks", "-1"], ["--seed", "1e3"]])
def test_a_number_that_is_none_is_said_plainly(words: list[str]) -> None:
    with pytest.raises(click.UsageError, match="is not a whole number of at least"):
        run.command.main(words, standalone_mode=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--until", "2%", "--blocks", "9"], "give --max-blocks in its place"),
        (["--max-blocks", "9"], "--max-blocks goes with --until"),
        (["--until", "2%", "--max-blocks", "1"], "is not a whole number of at least 2"),
        (["--until", "2"], "write it as 2%"),
    ],
)
def test_number_of_blocks_is_fixed_or_left_to_the_data(words: list[str], said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        run.command.main([*words, "--dry-run"], standalone_mode=False)


def test_experiments_get_the_rule_and_those_without_claims_stay_as_they_are() -> None:
    ask = run.Ask(("removal", "page_cost"), "quick", 1, until=0.02, max_blocks=10)
    cost, pages = run.design(ask, machine())
    assert cost.until and (cost.blocks, cost.until.looks, cost.until.half_width) == (10, (8, 10), 0.02)
    assert pages.until is None and pages.blocks > 0


def machine(**room: int) -> session.Machine:
    return session.Machine("tester", environment(), (0,), Room(**room))


@pytest.mark.parametrize(
    ("here", "said", "unsaid"),
    [
        (machine(memory_bytes=1 << 20, secret_bytes=1 << 40), "of memory; a run may take 1.0 MiB", "ulimit"),
        (machine(secret_bytes=1 << 20), "of secret memory; a run may take 1.0 MiB.*ulimit -l", "free memory"),
    ],
)
def test_a_size_that_is_refused_names_the_bound_that_is_too_low(here: session.Machine, said: str, unsaid: str) -> None:
    asked = experiment("secret").model_copy(update={"conditions": (condition("secret", pages=4096),)})
    with pytest.raises(LabError, match=said) as refused:
        run.refuse_what_does_not_fit(asked, here)
    assert unsaid not in str(refused.value)
