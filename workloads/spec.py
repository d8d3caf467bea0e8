"""The words in which a workload is described: plain frozen types, no behaviour that touches the machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FactorValue = str | int
"""What a factor may be set to."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something this machine cannot do, as a value: a slug that docs/messages.md explains, why, and the way out."""

    slug: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that went wrong: a slug, the step, and the errno or the signal that ended it where there was one."""

    slug: str
    reason: str
    step: str = ""
    errno: int | None = None
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that a workload times or counts."""

    name: str
    unit: Literal["ns", "ps", "bytes", "1"]
    meaning: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that an experiment may vary; `host` factors are set on the machine, the others are program flags.

    The value of a `budget` factor is not the experiment's: it is what may still be split when a run starts. A `name`
    factor is told to nobody: it tells apart conditions that are alike, so that they can be compared (A/A).
    """

    name: str
    meaning: str
    default: FactorValue
    choices: tuple[FactorValue, ...] = ()
    applied_by: Literal["program", "host", "budget", "name"] = "program"


@dataclass(frozen=True, slots=True)
class Condition:
    """A workload with its factors set; factors are sorted by name, so that equal conditions are equal values."""

    workload: str
    factors: tuple[tuple[str, FactorValue], ...] = ()

    @classmethod
    def of(cls, workload: str, **factors: FactorValue) -> Condition:
        """Make a condition from keyword factors."""
        return cls(workload, tuple(sorted(factors.items())))

    def get(self, name: str) -> FactorValue | None:
        """Return the value of one factor, or None where the condition leaves it at its default."""
        return dict(self.factors).get(name)

    def label(self) -> str:
        """Return one line that names the condition to a person."""
        return f"{self.workload}({', '.join(f'{name}={value}' for name, value in self.factors)})"


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one run of a condition takes: bytes of memory at its peak, and how many of them are secret memory.

    `fresh_secret_bytes` is the part that must come out of direct map that was never secret: it is split for good.
    `seconds` is how long it takes by design, however fast the machine is.
    """

    memory_bytes: int
    secret_bytes: int = 0
    fresh_secret_bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Series:
    """A stretch of a raw sample file: `count` readings of one metric by one thread, in the order they were made."""

    metric: str
    thread: int
    count: int


@dataclass(frozen=True, slots=True)
class Samples:
    """A raw sample file: unsigned 64-bit little-endian integers, nanoseconds, the series one behind the other."""

    path: Path
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing to measure: its program's name, what it times, what may be varied, and what a condition takes.

    `timeline` names the factors of which one start of the program takes several settings, as windows one behind the
    other; none where every condition is a start of its own.
    """

    name: str
    title: str
    metrics: tuple[Metric, ...]
    factors: tuple[Factor, ...]
    footprint: Callable[[Condition], Footprint]
    timeline: tuple[str, ...] = ()

    def common(self, condition: Condition) -> Condition:
        """Return what the windows of a condition's timeline have in common; the condition where there is none."""
        return Condition.of(condition.workload, **{n: v for n, v in condition.factors if n not in self.timeline})

    def value(self, condition: Condition, factor: str) -> FactorValue:
        """Return a factor's value in a condition, its default where the condition does not set it."""
        given = condition.get(factor)
        return given if given is not None else next(f.default for f in self.factors if f.name == factor)
