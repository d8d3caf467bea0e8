"""The executor: makes trials happen. The real one starts a native program; tests have one that starts nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.host.refusal import explain
from bench.run.plan import footprint, start_seconds
from bench.run.serve import serve
from bench.run.timeline import schedule
from workloads.catalog import find
from workloads.program import Refused, Success, run_program
from workloads.spec import Condition, FactorValue, Failed, Unsupported, Workload

Outcome = Success | Unsupported | Failed
PATIENCE = 4
Guard = Callable[[int], Unsupported | None]
"""Tells whether so many bytes may be taken now, leaving the reserve alone."""
State = Callable[[Condition], AbstractContextManager[Unsupported | None]]
"""Sets what a condition needs of the host for one start, or says why it cannot, and puts back what it found."""


class Executor(Protocol):
    """Makes one condition, or those of a timeline in their order; samples are written to the given path."""

    def execute(self, conditions: tuple[Condition, ...], samples: Path) -> Outcome:
        """Return what came of it; never raises for anything that the trial itself did."""


@dataclass(frozen=True, slots=True)
class NativeExecutor:
    """Runs the workload's own program, pinned, once; one process a trial or a timeline."""

    cpus: tuple[int, ...]
    guard: Guard
    state: State
    timeout_s: float
    budget_bytes: Callable[[], int] = lambda: 0
    """Tells how much of the direct map may still be split."""

    def execute(self, conditions: tuple[Condition, ...], samples: Path) -> Outcome:
        """Check the reserve, set the host, run the program."""
        refusal = self.guard(max(footprint(condition).memory_bytes for condition in conditions))
        if refusal is not None:
            return refusal
        # The windows of a timeline differ in nothing that the host is set to.
        with self.state(conditions[0]) as obstacle:
            return obstacle or self.start(conditions, samples)

    def start(self, conditions: tuple[Condition, ...], samples: Path) -> Outcome:
        """Run the program: timed threads take the first CPUs, the rest are the others."""
        workload, cpus = find(conditions[0].workload), usable(self.cpus, conditions[0])
        arguments = flags(workload, conditions, cpus) + self.allowance(workload)

        def run(more: tuple[str, ...]) -> Outcome:
            outcome = run_program(workload.name, arguments + more, samples, self.patience_s(conditions))
            return explain(outcome) if isinstance(outcome, Refused) else outcome

        return serve(conditions[0], cpus, run)

    def allowance(self, workload: Workload) -> tuple[str, ...]:
        """Return the flags that tell a program how much it may split."""
        budgeted = (factor.name for factor in workload.factors if factor.applied_by == "budget")
        return tuple(word for name in budgeted for word in flag(name, self.budget_bytes()))

    def patience_s(self, conditions: tuple[Condition, ...]) -> float:
        """Return after how many seconds a start counts as hanging: far longer than it is expected to take."""
        return self.timeout_s + PATIENCE * start_seconds(conditions)


def usable(cpus: tuple[int, ...], condition: Condition) -> tuple[int, ...]:
    """Return the CPUs for a condition: with some offline the lowest are left, and CPU 0 is timed at every count."""
    count = condition.get("online_cpus")
    return tuple(sorted(cpus))[:count] if isinstance(count, int) else cpus


def flags(workload: Workload, conditions: tuple[Condition, ...], cpus: tuple[int, ...]) -> tuple[str, ...]:
    """Return a program's command line: every program factor by name, the timeline where it has one, then the CPUs."""
    names = [f.name for f in workload.factors if f.applied_by == "program" and f.name not in workload.timeline]
    chosen = [(name, workload.value(conditions[0], name)) for name in names]
    if workload.timeline:
        chosen.append(("timeline", schedule(workload, conditions)))
    return (*(word for name, value in chosen for word in flag(name, value)), "--cpus", ",".join(map(str, cpus)))


def flag(name: str, value: FactorValue) -> tuple[str, str]:
    """Return one factor as a flag and its value."""
    return f"--{name.replace('_', '-')}", str(value)
