"""A session: one experiment on this machine, from its plan to its seal. What `./lab run` does, and a notebook may."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.error import LabError
from bench.host import facts, machine, reserve
from bench.host.limit import allowed_bytes
from bench.host.refusal import explain
from bench.model.environment import Environment
from bench.model.experiment import Experiment
from bench.model.manifest import Manifest, Seal
from bench.model.note import Note
from bench.model.run import Trial
from bench.run.budget import open_budget
from bench.run.cartographer import Refusal, ask_atlas, cartographer, none_taken
from bench.run.cartographer import notes as atlas_notes
from bench.run.chart import Chart
from bench.run.commit import commit
from bench.run.conduct import Watch, conduct
from bench.run.executor import NativeExecutor
from bench.run.fit import Room, fit
from bench.run.journal import RAW, Journal
from bench.run.look import at_looks
from bench.run.plan import make_plan
from bench.run.profile import NativeSampler, explained, profile
from bench.run.publish import seal
from bench.run.state import state
from bench.run.surplus import surplus
from workloads.atlas import Atlas
from workloads.instruments import perf
from workloads.instruments.counters import snapshot
from workloads.program import Refused, Success, run_program
from workloads.spec import Failed, Unsupported

TIMEOUT_S = 60.0
"""Longer than a small trial takes; to it comes a multiple of what a trial is expected to take."""
PROBE_TIMEOUT_S = 20.0
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,31}")


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine as a session needs it; `cpus` are the ones it may use, in the order in which they are taken.

    `atlas` is its direct map at the start, or why that cannot be read; None where nobody looked.
    """

    name: str
    environment: Environment
    cpus: tuple[int, ...]
    room: Room
    atlas: Atlas | Refusal | None = None


def survey(name: str | None = None, keep_command_line: bool = False) -> Machine:
    """Find out what this machine is and allows.

    Raises LabError where the name is not one that a folder may have, or where the native programs do not run.
    """
    report = probe()
    # The last CPU first: CPU 0 takes more of the machine's interrupts.
    cpus = tuple(sorted(os.sched_getaffinity(0), reverse=True))
    environment = facts.environment(report, keep_command_line=keep_command_line)
    return Machine(checked(name) if name else machine.name(), environment, cpus, room(report), ask_atlas())


def glance(name: str | None = None) -> Machine:
    """Find out the same as far as the machine tells it: nothing is tried, so that whoever measures is not disturbed.

    Raises LabError where the name is not one that a folder may have.
    """
    cpus = tuple(sorted(os.sched_getaffinity(0), reverse=True))
    environment = facts.environment()
    limits = room({"memlock": environment.limit.model_dump()})
    return Machine(checked(name) if name else machine.name(), environment, cpus, limits)


def ask_probe() -> dict[str, Any] | Unsupported | Failed:
    """Return what the native probe reports of the backings, the limit and the clock, or why it does not."""
    answer = run_program("probe", (), None, PROBE_TIMEOUT_S)
    if isinstance(answer, Success):
        return answer.report
    return explain(answer) if isinstance(answer, Refused) else answer


def probe() -> dict[str, Any]:
    """Return the probe's report; raises LabError where there is none."""
    answer = ask_probe()
    if isinstance(answer, dict):
        return answer
    raise LabError(
        "probe-failed", "the native probe does not run here", answer.reason, "rm -r build/native && ./lab doctor"
    )


def room(report: dict[str, Any]) -> Room:
    """Return how much one run may take: memory less the reserve, secret memory as the limit has it."""
    now = reserve.room()
    allowed = allowed_bytes(report["memlock"], now.available_bytes)
    secret = 0 if isinstance(allowed, Unsupported) else allowed
    return Room(memory_bytes=now.available_bytes - now.reserve_bytes, secret_bytes=secret)


def checked(name: str) -> str:
    """Return a machine's name as the user gave it, if a folder can be named so."""
    if NAME.fullmatch(name):
        return name
    raise LabError("bad-machine-name", f"{name!r} cannot name a machine", remedy="letters, digits and dots, at most 32")


def manifest(experiment: Experiment, notes: tuple[Note, ...], seed: int, here: Machine) -> Manifest:
    """Return what is fixed before the first trial."""
    return Manifest(
        experiment=experiment,
        seed=seed,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        machine=here.name,
        environment=here.environment,
        notes=notes,
    )


def begin(experiment: Experiment, seed: int, here: Machine, results: Path) -> Journal:
    """Make the experiment fit the machine, fix it, and open its result."""
    fitted, notes = fit(experiment, here.room)
    fixed = manifest(fitted, notes + atlas_notes(fitted, here.atlas), seed, here)
    return Journal.create(results / experiment.name / folder_name(fixed), fixed)


def folder_name(fixed: Manifest) -> str:
    """Return <date>-<machine>-<commit>; the date has its time, so that two results of one day stand side by side."""
    date = datetime.fromisoformat(fixed.created).strftime("%Y%m%dT%H%M%SZ")
    return f"{date}-{fixed.machine}-{fixed.commit}"


def resume(folder: Path, here: Machine) -> Journal:
    """Open a result that was broken off, if what is left of it can be measured alike.

    Raises LabError where the result is whole, or where the kernel, the boot or the lab's version is another now: a
    direct map that was split before a boot is whole after it.
    """
    journal = Journal(folder)
    if journal.sealed():
        raise LabError("nothing-to-resume", f"{folder} is finished", remedy="start a new one with ./lab run")
    fixed = journal.manifest()
    journal.refuse_missing()
    pairs = {
        "boot": (fixed.environment.boot, here.environment.boot),
        "kernel": (fixed.environment.kernel, here.environment.kernel),
        "version of the lab": (fixed.commit, commit()),
    }
    for what, (then, now) in pairs.items():
        if then != now:
            raise LabError("resume-elsewhere", f"{folder} cannot go on", f"the {what} was {then} and is {now}")
    return journal


def plan_of(journal: Journal) -> tuple[Trial, ...]:
    """Return the plan that a result's manifest fixes."""
    fixed = journal.manifest()
    return make_plan(fixed.experiment, fixed.seed)


def measure(
    journal: Journal, here: Machine, watch: Watch, *, profiled: bool = False, judge: Callable[[], bool] = bool
) -> Seal:
    """Make the trials that a result lacks, then its profile where it is wanted, then seal it.

    `judge` is asked at the looks of the experiment's rule, and ends it where it says yes. Whoever calls holds the
    machine's lock.
    """
    experiment = journal.manifest().experiment
    budget = open_budget(experiment.split_budget_bytes, journal.runs())
    executor = NativeExecutor(here.cpus, guard, state, TIMEOUT_S, budget.left_bytes)
    with contextlib.ExitStack() as stack:
        stack.enter_context(surplus(experiment, budget))
        readable = isinstance(here.atlas, Atlas)
        atlas = stack.enter_context(cartographer(Chart.open(journal.folder))) if readable else none_taken
        conduct(plan_of(journal), executor, journal, snapshot, watch, atlas, at_looks(experiment.until, judge))
    if profiled:
        add_profile(journal, here)
    return seal(journal)


def add_profile(journal: Journal, here: Machine) -> None:
    """Sample where the kernel's time goes, once a result, where its experiment has something to explain."""
    experiment = journal.manifest().experiment
    if journal.profile() is None and explained(experiment):
        sampler = NativeSampler(here.cpus, guard, journal.folder / RAW / "perf.data")
        journal.keep_profile(profile(experiment, sampler, perf.obstacle()))


def guard(need_bytes: int) -> Unsupported | None:
    """Refuse a trial that would take from the reserve of free memory."""
    now = reserve.room()
    return reserve.fits(need_bytes, now.available_bytes, now.reserve_bytes)
