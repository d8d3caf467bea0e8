"""The profile pass: after the timed runs, the same programs again under perf, to see where the kernel's time goes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.host.refusal import explain
from bench.model.experiment import Experiment
from bench.model.note import Note
from bench.model.profile import Profile, Sampled, Stack
from bench.run.executor import Guard, flags
from bench.run.plan import footprint
from bench.run.record import reason
from workloads.catalog import find
from workloads.instruments import perf
from workloads.instruments.perf import Folded
from workloads.program import PROGRAMS, Refused, Success, judge
from workloads.spec import Condition, Failed, Unsupported

FREQUENCY_HZ = 9973
"""A prime, so that samples do not march in step with the kernel's own timers."""
PROCESSES = 20
"""About 200 samples each for 1,024 secret pages, and enough processes to draw them anew for an interval."""
SECONDS_A_PROCESS = 0.6
TIMEOUT_S = 20.0
TOUCHING = ("region_touch", "touch_and_time")
"""The functions of the programs in which memory is touched for the first time: untimed before, and timed."""
EXPLAINED = (
    ("secret", "idle"),
    ("secret", "spin_user"),
    ("memfd_locked", "idle"),
    ("anonymous_locked", "idle"),
)
"""What is worth explaining: kinds of memory, and what the other CPUs do meanwhile."""
PLAIN = {"threads": 1, "history": "reused", "online_cpus": 0}
FENTRY = Note(
    slug="fentry-unused",
    text="The kernel's functions were sampled and not timed one by one: that takes programs at their entry and exit "
    "(BPF fentry), which a kernel may refuse even to root and which this lab does not load.",
)
Sampler = Callable[[Condition], Folded | Unsupported | Failed]
"""Runs one process of a condition and returns its samples, or why there are none."""


def explained(experiment: Experiment) -> tuple[Condition, ...]:
    """Return the conditions of an experiment to be sampled: of those that are alike, the one with the most pages."""
    found: dict[tuple[object, object], Condition] = {}
    for condition in sorted(filter(is_plain, experiment.conditions), key=pages):
        found[value(condition, "backing"), value(condition, "others")] = condition
    return tuple(found[key] for key in EXPLAINED if key in found)


def is_plain(condition: Condition) -> bool:
    """Tell whether a condition touches pages with one thread, in memory used before, with all CPUs online."""
    if condition.workload != "fault_latency":
        return False
    return all(value(condition, name) == wanted for name, wanted in PLAIN.items())


def pages(condition: Condition) -> int:
    """Return how many pages a condition touches."""
    return int(value(condition, "pages"))


def value(condition: Condition, factor: str) -> str | int:
    """Return a factor of a condition, its default where it is not set."""
    return find(condition.workload).value(condition, factor)


def seconds(experiment: Experiment) -> float:
    """Return about how long the pass takes."""
    return len(explained(experiment)) * PROCESSES * SECONDS_A_PROCESS


def profile(experiment: Experiment, sampler: Sampler, obstacle: Unsupported | None) -> Profile:
    """Return the profile of an experiment; with an obstacle nothing is started, and the profile says why."""
    notes = (FENTRY,) if obstacle is None else (reason(obstacle), FENTRY)
    conditions = explained(experiment) if obstacle is None else ()
    return Profile(
        frequency_hz=FREQUENCY_HZ, conditions=tuple(sample(each, sampler) for each in conditions), notes=notes
    )


def sample(condition: Condition, sampler: Sampler) -> Sampled:
    """Return the samples of a condition's processes; the first one that gives none ends them, with its reason."""
    made: list[Folded] = []
    notes: tuple[Note, ...] = ()
    while len(made) < PROCESSES and not notes:
        outcome = sampler(condition)
        if isinstance(outcome, Folded):
            made.append(outcome)
        else:
            notes = (reason(outcome),)
    return Sampled(
        condition=condition,
        processes=len(made),
        event=next((each.event for each in made if each.event), ""),
        stacks=table(made),
        elsewhere=tuple(each.elsewhere for each in made),
        notes=notes or empty(made),
    )


def table(made: list[Folded]) -> tuple[Stack, ...]:
    """Return every stack with its counts by process, the most frequent first."""
    every = {stack for each in made for stack in each.stacks}
    rows = [Stack(frames=";".join(s), counts=tuple(each.stacks[s] for each in made)) for s in every]
    return tuple(sorted(rows, key=lambda row: (-sum(row.counts), row.frames)))


def empty(made: list[Folded]) -> tuple[Note, ...]:
    """Return the note that is due where no sample fell into a touch."""
    if any(each.stacks for each in made):
        return ()
    elsewhere = sum(each.elsewhere for each in made)
    text = (
        f"None of {elsewhere} samples fell into a first touch of a page: the programs' functions were not recognised."
    )
    return (Note(slug="profile-empty", text=text, remedy="build again: remove build/native and call ./lab"),)


@dataclass(frozen=True, slots=True)
class NativeSampler:
    """Runs the workload's own program under perf, pinned as in a timed run; `data` is a file that may be lost."""

    cpus: tuple[int, ...]
    guard: Guard
    data: Path

    def __call__(self, condition: Condition) -> Folded | Unsupported | Failed:
        """Check the reserve, run the program to its end, and fold what perf saw."""
        refusal = self.guard(footprint(condition).memory_bytes)
        if refusal is not None:
            return refusal
        try:
            return self.run(condition)
        except subprocess.TimeoutExpired:
            return Failed("timed-out", f"perf had not ended after {TIMEOUT_S:.0f} s and was killed")
        except OSError as error:
            return Failed("not-started", f"perf: {error.strerror}", "execve", error.errno)

    def run(self, condition: Condition) -> Folded | Unsupported | Failed:
        """Return one process's samples, if the program did what it was asked."""
        program = condition.workload
        command = (str(PROGRAMS / program), *flags(find(program), (condition,), self.cpus))
        ended = perf.record(command, self.data, FREQUENCY_HZ, TIMEOUT_S)
        if isinstance(ended, Unsupported | Failed):
            return ended
        outcome = judge(program, ended, None)
        if not isinstance(outcome, Success):
            return explain(outcome) if isinstance(outcome, Refused) else outcome
        text = perf.script(self.data, TIMEOUT_S)
        return text if isinstance(text, Failed) else perf.fold(text, TOUCHING)
