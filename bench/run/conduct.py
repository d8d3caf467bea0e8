"""Conduct a plan: one start of a program after the other, its runs written down before the next begins."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.model.run import Counters, Run, SampleFile, Trial
from bench.run.cartographer import Refusal, TakeAtlas, none_taken, touches_secrets
from bench.run.executor import Executor, Outcome
from bench.run.journal import Journal, unwritable, writing
from bench.run.look import Enough, never, until
from bench.run.record import Measured, reason, record
from bench.run.timeline import group, outcomes
from workloads.instruments import directmap
from workloads.program import Success
from workloads.spec import Failed, Unsupported

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
EVENTS = tuple(f"direct_map_{event}" for event in directmap.VMSTAT_KEYS.values())
Snapshot = Callable[[], Counters]
Watch = Callable[[Run], None]
"""Told of every run between two trials, never while something is being timed."""


def remaining(plan: tuple[Trial, ...], runs: tuple[Run, ...]) -> tuple[Trial, ...]:
    """Return the trials that have no run yet, in the plan's order."""
    made = {run.trial.index for run in runs}
    return tuple(trial for trial in plan if trial.index not in made)


def conduct(
    plan: tuple[Trial, ...],
    executor: Executor,
    journal: Journal,
    snapshot: Snapshot,
    watch: Watch,
    atlas: TakeAtlas = none_taken,
    enough: Enough = never,
) -> None:
    """Make the trials that the journal lacks, in the plan's order, and journal each run.

    An exception, a kill too, ends it between two runs; the next call goes on from there, and makes the windows that a
    timeline still lacks in a timeline of their own. `atlas` takes the direct map's state, before and after every start
    that touches secret memory. `enough` may end it between two blocks.
    """
    last: Attempt | None = None
    journal.mend()
    made = journal.runs()
    sitting = 1 + max((run.sitting for run in made), default=-1)
    idle_since = time.monotonic_ns()
    for trials in until(enough, group(remaining(plan, made)), made):
        taken = atlas if any(touches_secrets(trial.condition) for trial in trials) else none_taken
        attempt = try_once(trials, executor, journal, snapshot, taken, last)
        last = attempt if attempt.atlas_after else last
        refuse_full_disk(attempt.outcome, journal)
        each = parts(attempt.outcome, trials, journal)
        files = [keep(journal, trial, outcome) for trial, outcome in zip(trials, each, strict=True)]
        now = time.monotonic_ns()
        harness_ns = now - idle_since - attempt.wall_ns
        idle_since = now
        for trial, outcome, file in zip(trials, each, files, strict=True):
            run = record(trial, outcome, file, measured(sitting, attempt, trial, outcome, harness_ns))
            journal.append(run)
            watch(run)
            harness_ns = 0  # what a start took of the harness is told once, by its first run


def refuse_full_disk(outcome: Outcome, journal: Journal) -> None:
    """Raise LabError where the readings found no room: the trial counts as not made, and --resume makes it again."""
    if isinstance(outcome, Failed) and outcome.step == "samples" and outcome.errno in NO_ROOM:
        raise unwritable(journal.folder, OSError(outcome.errno, os.strerror(outcome.errno)))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One start of a program as it went; `wall_ns` is the program's time."""

    outcome: Outcome
    started: str
    wall_ns: int
    before: Counters
    after: Counters
    atlas_before: str | Refusal | None
    atlas_after: str | Refusal | None


def try_once(
    trials: tuple[Trial, ...],
    executor: Executor,
    journal: Journal,
    snapshot: Snapshot,
    atlas: TakeAtlas,
    last: Attempt | None = None,
) -> Attempt:
    """Start one program between two snapshots of the machine's counters and two states of its direct map.

    The state after the last start that touched secret memory stands for that before this one where nothing was split
    meanwhile: a walk costs what a whole trial does.
    """
    started = datetime.now(UTC).isoformat(timespec="milliseconds")
    before = snapshot()
    known = last.atlas_after if last and is_still(last.after, before) else None
    atlas_before = known if isinstance(known, str) and atlas is not none_taken else atlas()
    begin = time.monotonic_ns()
    outcome = executor.execute(tuple(trial.condition for trial in trials), journal.draft())
    wall_ns = program_ns(outcome, time.monotonic_ns() - begin)
    after, atlas_after = snapshot(), atlas()
    return Attempt(outcome, started, wall_ns, before, after, atlas_before, atlas_after)


def is_still(then: Counters, now: Counters) -> bool:
    """Tell whether the direct map was neither split nor collapsed between two snapshots, where that is counted."""
    return then.get(EVENTS[0]) is not None and all(then.get(name) == now.get(name) for name in EVENTS)


def measured(sitting: int, attempt: Attempt, trial: Trial, outcome: Outcome, harness_ns: int) -> Measured:
    """Return what the harness saw of a trial; a state that should have been taken and was not is a note.

    The windows of a timeline share what was seen before and after it, the states only where they touch secret memory.
    """
    touched = touches_secrets(trial.condition)
    before, after = (attempt.atlas_before, attempt.atlas_after) if touched else (None, None)
    return Measured(
        sitting=sitting,
        started=attempt.started,
        wall_ns=program_ns(outcome, attempt.wall_ns),
        harness_ns=harness_ns,
        before=attempt.before,
        after=attempt.after,
        atlas_before=before if isinstance(before, str) else None,
        atlas_after=after if isinstance(after, str) else None,
        notes=tuple(dict.fromkeys(reason(each) for each in (before, after) if isinstance(each, Unsupported | Failed))),
    )


def program_ns(outcome: Outcome, whole_ns: int) -> int:
    """Return how long the program itself ran, by its own clock where it told; starting it is the harness's time."""
    told = outcome.report.get("life_ns") if isinstance(outcome, Success) else None
    return min(told, whole_ns) if isinstance(told, int) else whole_ns


def parts(outcome: Outcome, trials: tuple[Trial, ...], journal: Journal) -> tuple[Outcome, ...]:
    """Return what came of each trial of a start, with samples of its own; raises LabError where the disk is full."""
    with writing(journal.folder):
        return outcomes(outcome, trials)


def keep(journal: Journal, trial: Trial, outcome: Outcome) -> SampleFile | None:
    """Take a success's samples over; a trial that gave none has none."""
    if isinstance(outcome, Success) and outcome.samples is not None:
        return journal.keep(trial.index, outcome.samples)
    return None
