"""States of the direct map in a result: each once, whole after any kill, and packed as what changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bench.error import LabError
from bench.run.atlases import pack_atlases
from bench.run.cartographer import TakeAtlas, notes, touches_secrets
from bench.run.chart import Chart, entries, states
from bench.run.conduct import EVENTS, conduct
from bench.run.executor import Outcome
from bench.run.journal import ATLASES, RAW, Journal
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.bench.run.fake import FakeExecutor, condition, experiment, manifest, success
from tests.unit.workloads.mapped import atlas
from workloads.atlas import Atlas
from workloads.spec import Condition, Failed, Unsupported

EXPERIMENT = experiment("anonymous", "secret", blocks=4)
PLAN = make_plan(EXPERIMENT, 7)
STILL = dict.fromkeys(EVENTS, 3)


def scarred(pages: int) -> Atlas:
    """Return a map in which so many pages, one in two, were once taken out."""
    return atlas(*["4K:1", "scar:1"] * pages, f"4K:{(1 << 18) - 2 * pages}", "1G")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.create(tmp_path / "page_cost" / "one", manifest(EXPERIMENT))


def taking(chart: Chart, maps: Iterator[Atlas]) -> TakeAtlas:
    return lambda: chart.add(next(maps))


def growing() -> Iterator[Atlas]:
    yield from (scarred(n) for n in range(1, 100))


def test_each_state_is_written_once_and_read_as_it_was(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    maps = [scarred(n) for n in (1, 2, 3, 2, 1, 4)]
    names = [chart.add(each) for each in maps]
    assert names == [each.name() for each in maps]
    read = list(states(chart.path))
    assert [state.sha256 for state, _ in read] == [names[0], names[1], names[2], names[5]]
    assert [found.name() for _, found in read] == [state.sha256 for state, _ in read]


def test_a_state_takes_little_beside_the_one_before(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    chart.add(scarred(5000))
    whole = chart.path.stat().st_size
    chart.add(scarred(5001))
    assert chart.path.stat().st_size - whole < 500 < whole


def test_what_a_kill_left_unfinished_is_cut_off_and_the_rest_goes_on(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    for n in (1, 2):
        chart.add(scarred(n))
    whole = chart.path.read_bytes()
    for cut in range(1, len(whole) - next(end for *_, end in entries(chart.path)) + 1, 7):
        chart.path.write_bytes(whole[:-cut])
        again = Chart.open(journal.folder)
        again.add(scarred(2))
        again.add(scarred(3))
        assert [found.name() for _, found in states(again.path)] == [scarred(n).name() for n in (1, 2, 3)]


def test_a_state_that_an_earlier_sitting_met_is_not_written_again(journal: Journal) -> None:
    Chart.open(journal.folder).add(scarred(1))
    chart = Chart.open(journal.folder)
    size = chart.path.stat().st_size
    chart.add(scarred(1))
    assert chart.path.stat().st_size == size


def test_runs_that_touch_secret_memory_name_their_states_and_others_do_not(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    conduct(PLAN, FakeExecutor(), journal, dict, lambda run: None, taking(chart, growing()))
    for run in journal.runs():
        secret = touches_secrets(run.trial.condition)
        assert (run.atlas_before is not None, run.atlas_after is not None) == (secret, secret)
    seal(journal)
    assert (journal.folder / ATLASES).exists() and ATLASES in journal.seal().sha256


def test_without_atlases_there_is_no_file_of_them(journal: Journal) -> None:
    conduct(PLAN, FakeExecutor(), journal, dict, lambda run: None)
    seal(journal)
    assert not (journal.folder / ATLASES).exists() and ATLASES not in journal.seal().sha256


def taken_times(folder: Path, counters: dict[str, int | None]) -> tuple[int, Journal]:
    """Return how many states are taken around two secret runs, one behind the other, between which counters stand."""
    twice = experiment("secret", blocks=2)
    journal = Journal.create(folder, manifest(twice))
    chart, maps = Chart.open(folder), growing()
    conduct(make_plan(twice, 7), FakeExecutor(), journal, lambda: counters, lambda run: None, taking(chart, maps))
    return len(chart.known), journal


def test_the_state_after_a_run_stands_for_that_before_the_next_where_nothing_was_split(tmp_path: Path) -> None:
    count, journal = taken_times(tmp_path / "one", dict(STILL))
    first, second = journal.runs()
    assert count == 3 and second.atlas_before == first.atlas_after


@pytest.mark.parametrize("counters", [{}, dict.fromkeys(EVENTS)])
def test_where_splits_are_not_counted_the_state_is_taken_anew(tmp_path: Path, counters: dict[str, int | None]) -> None:
    assert taken_times(tmp_path / "one", counters)[0] == 4


def test_where_something_was_split_meanwhile_the_state_is_taken_anew(tmp_path: Path) -> None:
    rising = iter(range(100))
    twice = experiment("secret", blocks=2)
    journal = Journal.create(tmp_path / "one", manifest(twice))
    chart = Chart.open(journal.folder)
    conduct(make_plan(twice, 7), FakeExecutor(), journal, lambda: dict.fromkeys(EVENTS, next(rising)),
            lambda run: None, taking(chart, growing()))  # fmt: skip
    assert len(chart.known) == 4


def test_runs_in_between_that_touch_no_secret_memory_change_nothing(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    conduct(PLAN, FakeExecutor(), journal, lambda: dict(STILL), lambda run: None, taking(chart, growing()))
    secret = [run for run in journal.runs() if run.atlas_after]
    assert all(later.atlas_before == earlier.atlas_after for earlier, later in pairwise(secret))
    assert len(chart.known) == len(secret) + 1


def test_an_atlas_that_is_missing_amid_a_run_is_a_note_and_the_run_goes_on(journal: Journal) -> None:
    died = Failed("crashed", "atlas was ended by SIGKILL", signal=9)
    conduct(PLAN, FakeExecutor(), journal, dict, lambda run: None, lambda: died)
    secret = [run for run in journal.runs() if touches_secrets(run.trial.condition)]
    assert secret and {run.status for run in secret} == {"ok"}
    assert [[note.slug for note in run.notes] for run in secret] == [["crashed"]] * len(secret)
    assert {(run.atlas_before, run.atlas_after) for run in secret} == {(None, None)}


def test_a_run_that_failed_has_its_own_reason_first(journal: Journal) -> None:
    def refuse(asked: Condition, samples: Path) -> Outcome:
        return Unsupported("limit-reached", "no") if touches_secrets(asked) else success(samples)

    conduct(PLAN, FakeExecutor(refuse), journal, dict, lambda run: None, lambda: Failed("timed-out", "no answer"))
    slugs = [[note.slug for note in run.notes] for run in journal.runs() if run.status == "unsupported"]
    assert slugs == [["limit-reached", "timed-out"]] * 4


def test_the_manifest_says_once_why_there_are_none() -> None:
    refusal = Unsupported("bpf-unprivileged", "an ordinary user may not", "sudo ./lab run")
    (note,) = notes(EXPERIMENT, refusal)
    assert (note.slug, note.remedy) == ("bpf-unprivileged", "sudo ./lab run")
    assert "an ordinary user may not" in note.text and "cannot tell where" in note.text
    assert notes(EXPERIMENT, scarred(1)) == () == notes(EXPERIMENT, None)
    assert notes(experiment("anonymous"), refusal) == ()


def test_a_state_that_a_run_names_and_nobody_wrote_is_not_packed(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    with pytest.raises(LabError, match="atlases-damaged"):
        pack_atlases(journal, {chart.add(scarred(1)), "f" * 64})
    assert not (journal.folder / ATLASES).exists()


def test_a_chart_that_was_changed_is_not_packed(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    name = chart.add(scarred(1))
    data = bytearray(chart.path.read_bytes())
    data[-1] ^= 1
    chart.path.write_bytes(data)
    with pytest.raises(LabError, match="atlases-damaged"):
        pack_atlases(journal, {name})


def test_what_no_run_names_is_not_packed_and_the_rest_is_what_changed(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    names = [chart.add(scarred(n)) for n in (100, 200, 101)]
    pack_atlases(journal, {names[0], names[2]})
    table = pq.read_table(journal.folder / ATLASES)
    rows = table["atlas"].to_pylist()
    assert rows.count(0) == 202 and rows.count(1) <= 3 and set(rows) == {0, 1}


def test_the_chart_lies_with_the_raw_readings(journal: Journal) -> None:
    Chart.open(journal.folder).add(scarred(1))
    assert [path.name for path in (journal.folder / RAW).iterdir()] == ["atlases"]


def test_memory_that_was_added_makes_another_state(journal: Journal) -> None:
    chart = Chart.open(journal.folder)
    for words in (("1G",), ("1G", "2M"), ("1G",), ("2M",)):
        chart.add(atlas(*words))
    assert [found.end_page >> 18 for _, found in states(chart.path)] == [1, 2, 1]


def test_conditions_tell_whether_they_touch_secret_memory() -> None:
    assert touches_secrets(condition("secret")) and not touches_secrets(condition("anonymous"))


def test_facts_are_kept_with_their_state(journal: Journal) -> None:
    chart, map_ = Chart.open(journal.folder), scarred(1)
    facts = dataclasses.replace(map_.facts, mapped_outside_bytes=4096)
    chart.add(dataclasses.replace(map_, facts=facts))
    ((state, found),) = states(chart.path)
    assert state.facts == found.facts == facts
