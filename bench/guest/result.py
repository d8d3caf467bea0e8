"""Experiments in a guest: planned here, made there, and kept as any other result, stamped as what they are."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.experiments.catalog import select
from bench.experiments.wish import Wish
from bench.guest.job import Job, ended
from bench.guest.matrix import Cell
from bench.guest.sight import Guest, report
from bench.host.facts import environment
from bench.host.refusal import explain
from bench.model.environment import Environment
from bench.model.experiment import Experiment
from bench.model.manifest import Manifest
from bench.model.note import Note
from bench.model.run import Trial
from bench.run.commit import commit
from bench.run.conduct import keep, refuse_full_disk
from bench.run.executor import flag, flags
from bench.run.fit import Room, fit
from bench.run.journal import Journal, writing
from bench.run.plan import make_plan
from bench.run.publish import seal
from bench.run.record import Measured, record
from bench.run.serve import served
from bench.run.session import folder_name
from bench.run.state import needs
from bench.run.timeline import group, outcomes
from workloads.catalog import find
from workloads.program import Refused
from workloads.spec import Unsupported

MIB = 1 << 20
JOB_TIMEOUT_S = 15
EMULATED, HELPED = "qemu (TCG)", "kvm (QEMU)"
"""What stands between a guest and the hardware: analysis/emulation.py knows the first for what it is."""
Frames = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Start:
    """One start of a program in a guest: the trials that it makes, as a job, and of which experiment."""

    experiment: str
    trials: tuple[Trial, ...]
    job: Job


@dataclass(frozen=True, slots=True)
class Planned:
    """The experiments of a cell, their seed, and every start in the order of the plans."""

    experiments: tuple[tuple[Experiment, tuple[Note, ...]], ...]
    seed: int
    starts: tuple[Start, ...]
    impossible: tuple[tuple[str, Trial], ...]
    """Trials that take more than programs: a setting of the machine, a server."""


@dataclass(frozen=True, slots=True)
class Host:
    """The guest as the machine of a result: its name, its facts, and how its refusals are explained."""

    name: str
    environment: Environment
    root: Path
    architecture: str

    def explain(self, refused: Refused) -> Unsupported:
        """Return the reason for a refusal in the guest."""
        return explain(refused, self.root, self.architecture)


def host_of(guest: Guest, cell: Cell, is_emulated: bool) -> Host:
    """Return a guest as the machine of a result."""
    seen = environment(report(guest.probe) or None, lscpu={}, root=guest.root)
    told = {"architecture": guest.architecture, "virtualisation": EMULATED if is_emulated else HELPED}
    name = f"guest.{cell.name.replace('-', '.')}"
    return Host(name, seen.model_copy(update=told), guest.root, guest.architecture)


def plan_experiments(cell: Cell) -> Planned:
    """Return what a cell's experiments have a guest do, in orders drawn anew."""
    seed = secrets.randbelow(2**32)
    wish = Wish("quick", cell.cpus, cell.pages)
    room = Room(memory_bytes=cell.memory_mib * MIB // 2)
    chosen = select(cell.experiments, wish) if cell.experiments else ()
    fitted = tuple(fit(each.model_copy(update={"blocks": cell.blocks}), room) for each in chosen)
    made = [(each, trials) for each, _ in fitted for trials in group(make_plan(each, seed))]
    return Planned(
        experiments=fitted,
        seed=seed,
        starts=tuple(Start(e.name, trials, job(e, trials, cell)) for e, trials in made if is_possible(trials)),
        impossible=tuple((e.name, trial) for e, trials in made if not is_possible(trials) for trial in trials),
    )


def is_possible(trials: tuple[Trial, ...]) -> bool:
    """Tell whether a start needs nothing but its program."""
    return not any(needs(trial.condition) or served(trial.condition) for trial in trials)


def job(experiment: Experiment, trials: tuple[Trial, ...], cell: Cell) -> Job:
    """Return a start as a job; the last CPU comes first, as on any machine."""
    conditions = tuple(trial.condition for trial in trials)
    workload = find(conditions[0].workload)
    budgeted = (factor.name for factor in workload.factors if factor.applied_by == "budget")
    allowed = tuple(word for name in budgeted for word in flag(name, experiment.split_budget_bytes or 0))
    words = flags(workload, conditions, tuple(reversed(range(cell.cpus))))
    return Job(workload.name, words + allowed, output=True, timeout_s=JOB_TIMEOUT_S)


def keep_results(planned: Planned, first: int, frames: Frames, host: Host, folder: Path) -> tuple[Path, ...]:
    """Write the results of a guest's experiments, sealed, and return their folders; `first` is its first job's number.

    Raises LabError where they cannot be written.
    """
    return tuple(keep_result(each, notes, planned, first, frames, host, folder) for each, notes in planned.experiments)


def keep_result(
    experiment: Experiment,
    notes: tuple[Note, ...],
    planned: Planned,
    first: int,
    frames: Frames,
    host: Host,
    folder: Path,
) -> Path:
    """Write the result of one experiment."""
    fixed = Manifest(
        experiment=experiment,
        seed=planned.seed,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        machine=host.name,
        environment=host.environment,
        notes=notes,
    )
    journal = Journal.create(folder / experiment.name / folder_name(fixed), fixed)
    for number, start in enumerate(planned.starts, first):
        if start.experiment == experiment.name:
            keep_start(start, number, frames, host, journal)
    for name, trial in planned.impossible:
        if name == experiment.name:
            journal.append(record(trial, impossible(), None, measured(fixed.created, 0)))
    seal(journal)
    return journal.folder


def keep_start(start: Start, number: int, frames: Frames, host: Host, journal: Journal) -> None:
    """Journal the runs of one start."""
    with writing(journal.folder):
        came = ended(number, start.job, frames, journal.draft())
        whole = host.explain(came.outcome) if isinstance(came.outcome, Refused) else came.outcome
        refuse_full_disk(whole, journal)
        each = outcomes(whole, start.trials, host.explain)
    for trial, outcome in zip(start.trials, each, strict=True):
        seen = measured(journal.manifest().created, came.ns)
        journal.append(record(trial, outcome, keep(journal, trial, outcome), seen))


def measured(started: str, wall_ns: int) -> Measured:
    """Return what is known of a run in a guest beside what its program tells."""
    return Measured(sitting=0, started=started, wall_ns=wall_ns, harness_ns=0, before={}, after={})


def impossible() -> Unsupported:
    """Return why a trial is not made in a guest."""
    reason = "the trial takes a setting of the machine or a server, and the guest has the lab's programs alone"
    return Unsupported("guest-programs-alone", reason, "make it on a machine: ./lab run")
