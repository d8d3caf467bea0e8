"""From an outcome to a run: nothing that a program says is believed unread."""

from __future__ import annotations

import pytest

from bench.model.run import SampleFile, Trial
from bench.run.record import Measured, record
from tests.unit.bench.run.fake import condition, report
from workloads.program import Success
from workloads.spec import Condition, Series

TRIAL = Trial(index=3, block=1, condition=condition("secret"))
SEEN = Measured(0, "2026-01-01T00:00:00+00:00", 5, 6, {"a": 1}, {"a": None})
FILES = SampleFile(readings=4, sha256="00", series=(Series("first_touch", 0, 4),))


def test_a_success_carries_what_the_program_said() -> None:
    run = record(TRIAL, Success(report=report(), samples=None), FILES, SEEN)
    assert run.status == "ok" and run.notes == ()
    assert run.native is not None and run.native.clock.hz == 2.5e9
    assert (run.wall_ns, run.harness_ns, run.before, run.after) == (5, 6, {"a": 1}, {"a": None})


def test_fewer_faults_than_touches_are_noted() -> None:
    run = record(TRIAL, Success(report=report(after={"minor_faults": 13}), samples=None), FILES, SEEN)
    assert [note.slug for note in run.notes] == ["faults-missing"]


def test_a_report_without_a_clock_is_a_failed_run() -> None:
    run = record(TRIAL, Success(report=report(clock=None), samples=None), FILES, SEEN)
    assert run.status == "failed" and run.native is None and run.samples is None
    assert run.notes[0].slug == "report-unreadable" and "clock" in run.notes[0].text


def test_a_path_that_was_not_taken_and_pages_that_changed_are_noted() -> None:
    said = {"paths_lacking": "alg at socket(AF_ALG), EAFNOSUPPORT", "changed_pages": 3}
    run = record(TRIAL, Success(report=report(settings=said), samples=None), None, SEEN)
    assert [note.slug for note in run.notes] == ["path-not-taken", "pages-changed"]
    assert "EAFNOSUPPORT" in run.notes[0].text and run.notes[1].text.startswith("3 pages")


def test_ways_that_could_not_be_tried_are_noted_with_who_tried() -> None:
    said = {"who": "owner", "ways_lacking": "rdma:ENODEV"}
    run = record(TRIAL, Success(report=report(settings=said), samples=None), None, SEEN)
    (note,) = run.notes
    assert note.slug == "way-not-tried" and "owner" in note.text and "rdma:ENODEV" in note.text


@pytest.mark.parametrize(("reached", "slugs"), [(94, ["rate-not-kept"]), (95, []), (None, [])])
def test_a_rate_that_was_not_kept_is_noted(reached: int | None, slugs: list[str]) -> None:
    asked = Condition.of("neighbour_throughput", aggressor="secret", rate=100)
    trial = Trial(index=3, block=1, condition=asked)
    said = Success(report=report(settings={} if reached is None else {"rate_pages_a_s": reached}), samples=None)
    assert [note.slug for note in record(trial, said, None, SEEN).notes] == slugs


def test_where_every_path_was_taken_there_is_no_note() -> None:
    said = {"paths_lacking": "", "ways_lacking": "", "changed_pages": 0}
    assert record(TRIAL, Success(report=report(settings=said), samples=None), None, SEEN).notes == ()
