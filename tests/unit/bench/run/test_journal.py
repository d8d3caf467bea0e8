"""The journal: whole lines or none, and nothing ever overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.error import LabError
from bench.model.codec import encode
from bench.model.run import Run, SampleFile, Trial
from bench.run.journal import RUNS, Journal, replace
from tests.unit.bench.run.fake import condition, experiment, manifest


def run(index: int) -> Run:
    trial = Trial(index=index, block=0, condition=condition("secret"))
    return Run(trial=trial, status="ok", started="now", wall_ns=1, harness_ns=1, before={}, after={"x": None})


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.create(tmp_path / "page_cost" / "one", manifest(experiment("secret")))


def test_journal_gives_back_what_was_appended(journal: Journal) -> None:
    for index in range(3):
        journal.append(run(index))
    assert journal.runs() == tuple(run(index) for index in range(3))
    assert journal.manifest() == manifest(experiment("secret"))


def test_journal_refuses_a_folder_that_is_there(journal: Journal) -> None:
    with pytest.raises(LabError, match="never overwritten"):
        Journal.create(journal.folder, manifest(experiment("secret")))


@settings(max_examples=50)
@given(cut=st.integers(0, 10_000))
def test_a_journal_cut_anywhere_loses_at_most_the_last_line(tmp_path_factory, cut: int) -> None:
    journal = Journal(tmp_path_factory.mktemp("cut"))
    whole = b"".join(encode(run(index)) for index in range(3))
    (journal.folder / RUNS).write_bytes(whole[: cut % (len(whole) + 1)])
    kept = journal.runs()
    assert kept == tuple(run(index) for index in range(len(kept)))
    assert len(kept) == whole[: cut % (len(whole) + 1)].count(b"\n")
    journal.mend()
    journal.append(run(len(kept)))
    assert journal.runs() == tuple(run(index) for index in range(len(kept) + 1))


def test_a_damaged_line_is_an_error_that_names_it(journal: Journal) -> None:
    journal.append(run(0))
    with (journal.folder / RUNS).open("ab") as file:
        file.write(b'{"trial": 3}\n')
    with pytest.raises(LabError, match=r"runs.jsonl line 2"):
        journal.runs()


def test_a_newer_format_is_refused_and_left_as_it_is(journal: Journal) -> None:
    path = journal.folder / "manifest.json"
    newer = path.read_bytes().replace(b'"format":2', b'"format":99')
    path.write_bytes(newer)
    with pytest.raises(LabError, match=r"update the lab \[result-newer\]"):
        journal.manifest()
    assert path.read_bytes() == newer


def test_a_full_disk_is_said_plainly_and_leaves_whole_lines(journal: Journal) -> None:
    journal.append(run(0))
    (journal.folder / RUNS).unlink()
    (journal.folder / RUNS).symlink_to("/dev/full")
    with pytest.raises(LabError, match="No space left on device"):
        journal.append(run(1))


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LabError, match=r"cannot write to .*: Not a directory"):
        Journal.create(tmp_path / "file" / "x", manifest(experiment("secret")))


def test_a_report_that_finds_no_room_is_said_by_its_own_name_and_leaves_no_draft(tmp_path: Path) -> None:
    draft = tmp_path / "report.html.draft"
    draft.symlink_to("/dev/full")
    with pytest.raises(LabError, match=r"report\.html: No space left on device"):
        replace(tmp_path / "report.html", b"x")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(LabError, match=r"report\.html: No such file or directory"):
        replace(tmp_path / "nowhere" / "report.html", b"x")


def test_a_result_whose_raw_samples_are_gone_does_not_go_on(journal: Journal) -> None:
    files = SampleFile(readings=1, sha256="", series=())
    journal.append(run(0).model_copy(update={"samples": files}))
    with pytest.raises(LabError, match=r"samples of run 0 are not there.*\[samples-damaged\]"):
        journal.refuse_missing()
    journal.raw(0).touch()
    journal.refuse_missing()
