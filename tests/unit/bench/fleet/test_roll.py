"""The roll: who is left alone, who lacks something, and which suite was begun last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.error import LabError
from bench.fleet.answer import Answer
from bench.fleet.job import Job, refuse_words
from bench.fleet.roll import Roll, Standing, newest, read_roll, standing, write_roll

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)


def roll(fleet: str = "hosts", begun: datetime = NOW, **hosts: Standing) -> Roll:
    text = begun.isoformat(timespec="seconds")
    return Roll(fleet=fleet, options=(), experiments=("copies",), begun=text, hosts=hosts)


def test_host_that_was_begun_is_left_alone_until_it_is_due() -> None:
    for state in ("started", "running"):
        found = roll(a=standing(Answer("a", state), LATER))  # type: ignore[arg-type]
        assert found.left_alone(NOW) == ("a",)
        assert found.left_alone(LATER) == ()


@pytest.mark.parametrize("state", ["finished", "failed", "broken-off", "unreachable", "absent"])
def test_host_that_does_not_measure_may_be_asked_at_once(state: str) -> None:
    assert roll(a=standing(Answer("a", state), LATER)).left_alone(NOW) == ()  # type: ignore[arg-type]


def test_what_was_fetched_lacks_nothing() -> None:
    found = roll(a=Standing(state="fetched", results=2), b=Standing(state="finished"), c=Standing(state="failed"))
    assert found.lacking() == ("b", "c")


def test_roll_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = roll(a=standing(Answer("a", "failed", "no disk"), None))
    write_roll(tmp_path / "x", written)
    assert read_roll(tmp_path / "x") == written
    assert written.hosts["a"].slug == "host-failed"
    assert read_roll(tmp_path) is None


def test_newest_suite_is_the_one_begun_last_on_that_inventory(tmp_path: Path) -> None:
    write_roll(tmp_path / "z-old", roll())
    write_roll(tmp_path / "a-new", roll(begun=LATER))
    write_roll(tmp_path / "other", roll("others", LATER + timedelta(days=1)))
    assert newest(tmp_path, "hosts") == tmp_path / "a-new"
    with pytest.raises(LabError, match="fleet-unknown"):
        newest(tmp_path, "strangers")


def test_other_words_are_another_suite_and_the_same_words_the_same() -> None:
    one = Job("hosts", ("--blocks", "1"), ("copies",))
    assert one.words == ("--blocks", "1", "--", "copies")
    assert one.name == Job("hosts", ("--blocks", "1"), ("copies",)).name
    assert len({one.name, Job("hosts", ("--blocks", "2"), ("copies",)).name, Job("hosts", (), ("copies",)).name}) == 3


@pytest.mark.parametrize("word", ["$(reboot)", "a b", ";", "x\n", "'", "", "{{ x }}", "é", "x" * 65])
def test_word_that_a_shell_may_take_for_more_is_refused(word: str) -> None:
    with pytest.raises(LabError, match="fleet-words"):
        refuse_words(("--blocks", word))
