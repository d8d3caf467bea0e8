"""An executor that starts nothing: it answers at once and writes real sample files."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.model.environment import Environment, Limit
from bench.model.experiment import Experiment
from bench.model.manifest import Manifest
from bench.run.executor import Outcome
from workloads.program import Success
from workloads.spec import Condition, Samples, Series

CLOCK = {"source": "tsc", "rate_from": "calibration", "hz": 2.5e9, "resolution_ns": 0.4, "overhead_ns": 20.0}
CANARY = {"spin_ns": 1_000_000, "chase_ns": 2_000_000}
BACKING = {"prepared_pages": 4, "prepared_with": "secret", "prepare_ns_per_page": 9000.0}
READINGS = (100, 200, 300, 400)


def report(**extra: object) -> dict[str, object]:
    """Return what a program would say of a run without faults."""
    usual = {
        "settings": {"backing": "secret"},
        "clock": CLOCK,
        "before": {"minor_faults": 10},
        "after": {"minor_faults": 14},
        "canary_before": CANARY,
        "canary_after": CANARY,
        "host_backing": BACKING,
    }
    return usual | extra


def success(samples: Path, readings: tuple[int, ...] = READINGS) -> Success:
    """Write readings as a program would and return its success."""
    samples.write_bytes(struct.pack(f"<{len(readings)}Q", *readings))
    return Success(report=report(), samples=Samples(samples, (Series("first_touch", 0, len(readings)),)))


@dataclass
class FakeExecutor:
    """Answers every condition alike, or as `answer` says; remembers what it was asked."""

    answer: Callable[[Condition, Path], Outcome] = lambda condition, samples: success(samples)
    asked: list[Condition] = field(default_factory=list)
    timeline: Callable[[tuple[Condition, ...], Path], Outcome] | None = None
    """Answers workloads of timelines, where given."""

    def execute(self, conditions: tuple[Condition, ...], samples: Path) -> Outcome:
        """Answer, and remember."""
        self.asked.extend(conditions)
        return self.timeline(conditions, samples) if self.timeline else self.answer(conditions[0], samples)


def condition(backing: str, **factors: int | str) -> Condition:
    """Return a small condition of a real workload."""
    return Condition.of("fault_latency", backing=backing, **({"pages": 4} | factors))


def experiment(*backings: str, blocks: int = 3) -> Experiment:
    """Return an experiment of one condition a backing."""
    return Experiment(
        name="page_cost",
        question="?",
        profile="quick",
        claims=(),
        conditions=tuple(map(condition, backings)),
        blocks=blocks,
    )


def environment() -> Environment:
    """Return an environment of no particular machine."""
    return Environment(
        kernel="6.18.0",
        architecture="x86_64",
        command_line=("quiet",),
        command_line_omitted=1,
        boot="0123abcd",
        cpu="A CPU",
        cpus_online=2,
        cpus_present=2,
        threads_per_core=1,
        sockets=1,
        caches=(),
        tlbs=(),
        numa=(),
        mitigations={},
        virtualisation="none",
        clocksource="tsc",
        governor=None,
        memory_bytes=1 << 34,
        transparent_hugepage="madvise",
        free_page_reporting="off",
        direct_map={},
        limit=Limit(soft_bytes=8 << 20, hard_bytes=None, bypassed=False, regime="mmap", scope="process"),
        compiler=None,
        python="CPython 3.11",
    )


def manifest(of: Experiment) -> Manifest:
    """Return the manifest of an experiment on no particular machine."""
    return Manifest(
        experiment=of,
        seed=7,
        created="2026-01-02T03:04:05+00:00",
        commit="0123456789",
        machine="tester",
        environment=environment(),
    )
