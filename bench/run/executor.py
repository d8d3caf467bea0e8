"""The executor: makes one trial happen. The real one starts a native program; tests have one that starts nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.host.refusal import explain
from bench.run.plan import footprint, trial_seconds
from bench.run.serve import serve
from workloads.catalog import find
from workloads.program import Refused, Success, run_program
from workloads.spec import Condition, FactorValue, Failed, Unsupported, Workload

Outcome = Success | Unsupported | Failed
PATIENCE = 4
Guard = Callable[[int], Unsupported | None]
"""Tells whether so many bytes may be taken now, leaving the reserve alone."""
State = Callable[[Condition], AbstractContextManager[Unsupported | None]]
"""Sets what a condition needs of the host for one trial, or says why it cannot, and puts back what it found."""


class Executor(Protocol):
    """Makes one trial of a condition; samples are written to the given path."""

    def execute(self, condition: Condition, samples: Path) -> Outcome:
        """Return what came of it; never raises for anything that the trial itself did."""


@dataclass(frozen=True, slots=True)
class NativeExecutor:
    """Runs the workload's own program, pinned, once; one process a trial."""

    cpus: tuple[int, ...]
    guard: Guard
    state: State
    timeout_s: float
    budget_bytes: Callable[[], int] = lambda: 0
    """Tells how much of the direct map may still be split."""

    def execute(self, condition: Condition, samples: Path) -> Outcome:
        """Check the reserve, set the host, run the program."""
        refusal = self.guard(footprint(condition).memory_bytes)
        if refusal is not None:
            return refusal
        with self.state(condition) as obstacle:
            return obstacle or self.start(condition, samples)

    def start(self, condition: Condition, samples: Path) -> Outcome:
        """Run the program: timed threads take the first CPUs, the rest are the others."""
        workload, cpus = find(condition.workload), usable(self.cpus, condition)
        arguments = flags(workload, condition, cpus) + self.allowance(workload)

        def run(more: tuple[str, ...]) -> Outcome:
            outcome = run_program(workload.name, arguments + more, samples, self.patience_s(condition))
            return explain(outcome) if isinstance(outcome, Refused) else outcome

        return serve(condition, cpus, run)

    def allowance(self, workload: Workload) -> tuple[str, ...]:
        """Return the flags that tell a program how much it may split."""
        budgeted = (factor.name for factor in workload.factors if factor.applied_by == "budget")
        return tuple(word for name in budgeted for word in flag(name, self.budget_bytes()))

    def patience_s(self, condition: Condition) -> float:
        """Return after how many seconds a trial counts as hanging: far longer than it is expected to take."""
        return self.timeout_s + PATIENCE * trial_seconds(footprint(condition))


def usable(cpus: tuple[int, ...], condition: Condition) -> tuple[int, ...]:
    """Return the CPUs for a condition: with some offline the lowest are left, and CPU 0 is timed at every count."""
    count = condition.get("online_cpus")
    return tuple(sorted(cpus))[:count] if isinstance(count, int) else cpus


def flags(workload: Workload, condition: Condition, cpus: tuple[int, ...]) -> tuple[str, ...]:
    """Return a program's command line for a condition: every program factor by name, then the CPUs."""
    chosen = [(f.name, workload.value(condition, f.name)) for f in workload.factors if f.applied_by == "program"]
    return (*(word for name, value in chosen for word in flag(name, value)), "--cpus", ",".join(map(str, cpus)))


def flag(name: str, value: FactorValue) -> tuple[str, str]:
    """Return one factor as a flag and its value."""
    return f"--{name.replace('_', '-')}", str(value)
