"""plan reboots: what is refused, what is shown, and that nothing stays of what failed or was given up."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from bench.boot.series import Series, running
from bench.error import LabError
from cli import bootplan, boots
from cli.command import plan as command
from cli.command import run
from tests.unit.bench.boot.paper import plan


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a place for series that is empty."""
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    return boots.place()


def call(*words: str) -> None:
    command.command.main(["reboots", *words], standalone_mode=False)


@pytest.mark.parametrize("words", [["--status"], ["--stop"], ["--abandon"]])
def test_without_a_series_there_is_nothing_to_end(place: Path, words: list[str]) -> None:
    with pytest.raises(LabError, match="boots-none"):
        call(*words)


def test_there_is_nothing_to_go_on_with(place: Path) -> None:
    with pytest.raises(LabError, match=r"plan one with \./lab plan reboots \[boots-none\]"):
        run.command.main(["--continue"], standalone_mode=False)


@pytest.mark.parametrize(
    "words", [["--continue", "--blocks", "3"], ["--continue", "page_cost"], ["--continue", "--resume"]]
)
def test_going_on_takes_nothing_that_the_plan_has_fixed(place: Path, words: list[str]) -> None:
    with pytest.raises(LabError, match="resume-changes-nothing"):
        run.command.main(words, standalone_mode=False)


def test_a_reboot_goes_with_a_series(place: Path) -> None:
    with pytest.raises(click.UsageError, match="--reboot goes with --continue"):
        run.command.main(["--reboot"], standalone_mode=False)


@pytest.mark.parametrize(
    "words", [["--dry-run", "--service"], ["--stop", "--abandon"], ["--dry-run", "--status"], ["--service", "--stop"]]
)
def test_only_one_thing_is_done_at_a_time(place: Path, words: list[str]) -> None:
    with pytest.raises(click.UsageError, match="exclude each other"):
        call(*words)


@pytest.mark.parametrize("word", ["--resume", "--continue", "--seed=1", "--dry-run", "--results=x", "--profile-kernel"])
def test_what_a_series_decides_itself_is_not_passed_on(word: str) -> None:
    with pytest.raises(LabError, match="boots-words"):
        bootplan.refuse_words((word,))


def test_words_are_understood_as_run_does() -> None:
    ask = run.understood(("--profile", "full", "--blocks", "3", "whole_boot"), 7)
    assert (ask.experiments, ask.profile, ask.blocks, ask.seed) == (("whole_boot",), "full", 3, 7)
    assert ask.split_budget_bytes > 0 and ask.uncached_range == ""


def test_another_series_is_not_begun_beside_one(place: Path) -> None:
    series = Series.create(place, plan())
    with pytest.raises(LabError, match=r"0 of 4 boots .* are measured; go on: .*--abandon \[boots-open\]"):
        call()
    assert running(place) == series


def test_a_series_is_given_up_and_stays_to_be_read(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    series = Series.create(place, plan())
    call("--abandon")
    assert running(place) is None and series.events()[-1].outcome == "abandoned"
    assert "0 of 4 boots" in capsys.readouterr().err


def test_another_machine_or_lab_does_not_go_on_with_it(place: Path) -> None:
    series = Series.create(place, plan())
    with pytest.raises(LabError, match="boots-elsewhere"):
        run.command.main(["--continue"], standalone_mode=False)
    assert series.events() == ()


def test_a_person_is_not_rebooted_away_from(place: Path) -> None:
    Series.create(place, plan())
    with pytest.raises(LabError, match="boots-by-hand"):
        run.command.main(["--continue", "--reboot"], standalone_mode=False)


@pytest.mark.parametrize(
    ("words", "slug"),
    [(["--conditions", "1g,3g"], "boot-unknown"), (["--conditions", "2m,2m"], "boot-unknown"),
     (["--loader", "manual", "--service"], "boots-by-hand")],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_written(place: Path, words: list[str], slug: str) -> None:
    with pytest.raises(LabError, match=slug):
        call(*words)
    assert not place.exists()


def test_a_dry_run_shows_the_order_and_changes_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("--dry-run", "--loader", "manual", "--conditions", "2m", "--blocks", "3", "--seed", "5")
    told = capsys.readouterr().out
    assert "3 boots, order drawn from seed 5: 2m | 2m | 2m" in told and "nothing on disk" in told
    assert not place.exists()
