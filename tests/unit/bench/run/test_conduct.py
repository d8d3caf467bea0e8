"""Conducting a plan: order, resumption and failure, without a clock and without a kernel."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bench.error import LabError
from bench.run.conduct import conduct, remaining
from bench.run.executor import Outcome
from bench.run.journal import Journal
from bench.run.plan import make_plan
from tests.unit.bench.run.fake import FakeExecutor, experiment, manifest, success
from workloads.spec import Condition, Failed, Unsupported

EXPERIMENT = experiment("anonymous", "memfd", "secret", blocks=4)
PLAN = make_plan(EXPERIMENT, 7)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.create(tmp_path / "page_cost" / "one", manifest(EXPERIMENT))


def make(journal: Journal, executor: FakeExecutor) -> None:
    conduct(PLAN, executor, journal, lambda: {"x": 1}, lambda run: None)


def test_trials_are_made_in_the_plan_s_order_and_once(journal: Journal) -> None:
    executor = FakeExecutor()
    make(journal, executor)
    assert executor.asked == [trial.condition for trial in PLAN]
    assert tuple(run.trial for run in journal.runs()) == PLAN
    assert {run.status for run in journal.runs()} == {"ok"}


def test_each_run_keeps_its_samples_apart(journal: Journal) -> None:
    make(journal, FakeExecutor())
    assert sorted(p.name for p in (journal.folder / "raw").iterdir()) == sorted(f"{t.index}.u64" for t in PLAN)
    assert all(run.samples and run.samples.readings == 4 for run in journal.runs())


def test_a_run_is_written_before_the_next_trial_begins(journal: Journal) -> None:
    counts: list[int] = []

    def count(condition: Condition, samples: Path) -> Outcome:
        counts.append(len(journal.runs()))
        return success(samples)

    make(journal, FakeExecutor(count))
    assert counts == list(range(len(PLAN)))


def test_what_cannot_be_measured_is_a_run_with_its_reason(journal: Journal) -> None:
    def refuse(condition: Condition, samples: Path) -> Outcome:
        if condition.get("backing") == "secret":
            return Unsupported("secretmem-disabled", "switched off", "secretmem.enable=1")
        if condition.get("backing") == "memfd":
            return Failed("crashed", "killed", signal=11)
        return success(samples)

    make(journal, FakeExecutor(refuse))
    by_backing = {run.trial.condition.get("backing"): run for run in journal.runs()}
    assert len(journal.runs()) == len(PLAN)
    assert by_backing["secret"].status == "unsupported"
    assert by_backing["secret"].notes[0].slug == "secretmem-disabled"
    assert by_backing["secret"].notes[0].remedy == "secretmem.enable=1"
    assert by_backing["memfd"].status == "failed" and by_backing["memfd"].samples is None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_trial_whose_readings_found_no_room_is_made_again(journal: Journal, number: int) -> None:
    def full(condition: Condition, samples: Path) -> Outcome:
        if len(journal.runs()) == 2:
            return Failed("program-failed", "no room", step="samples", errno=number)
        return success(samples)

    with pytest.raises(LabError, match="results-unwritable"):
        make(journal, FakeExecutor(full))
    assert [run.status for run in journal.runs()] == ["ok", "ok"]
    make(journal, FakeExecutor())
    assert tuple(run.trial for run in journal.runs()) == PLAN


def test_an_interrupted_plan_goes_on_where_it_stopped(journal: Journal) -> None:
    def stop_at_fifth(condition: Condition, samples: Path) -> Outcome:
        if len(journal.runs()) == 5:
            raise KeyboardInterrupt
        return success(samples)

    with pytest.raises(KeyboardInterrupt):
        make(journal, FakeExecutor(stop_at_fifth))
    rest = FakeExecutor()
    make(journal, rest)
    assert rest.asked == [trial.condition for trial in PLAN[5:]]
    assert tuple(run.trial for run in journal.runs()) == PLAN
    assert [run.sitting for run in journal.runs()] == [0] * 5 + [1] * (len(PLAN) - 5)


def test_remaining_is_empty_when_all_is_made(journal: Journal) -> None:
    make(journal, FakeExecutor())
    assert remaining(PLAN, journal.runs()) == ()


KILLED = """
    import os, sys
    from pathlib import Path
    from bench.run.conduct import conduct
    from bench.run.journal import Journal
    from tests.unit.bench.run.fake import FakeExecutor, success
    from tests.unit.bench.run.test_conduct import PLAN

    journal = Journal(Path(sys.argv[1]))

    def answer(condition, samples):
        if len(journal.runs()) == 3:
            print("third", flush=True)
            sys.stdin.read()
        return success(samples)

    conduct(PLAN, FakeExecutor(answer), journal, dict, lambda run: None)
"""


def test_sigkill_loses_only_the_trial_in_flight(journal: Journal) -> None:
    command = (sys.executable, "-c", textwrap.dedent(KILLED), str(journal.folder))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"third\n"
        child.send_signal(signal.SIGKILL)
    assert len(journal.runs()) == 3
    make(journal, FakeExecutor())
    assert tuple(run.trial for run in journal.runs()) == PLAN
