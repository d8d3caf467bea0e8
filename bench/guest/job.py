"""A job: a native program that a guest runs, and what came of it there."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workloads.program import Outcome, judge
from workloads.spec import Failed

OUTPUT = "/lab/output"
"""Where a program in the guest writes its readings."""


@dataclass(frozen=True, slots=True)
class Job:
    """A program with its arguments; with `output` it writes readings, which come back with what it said."""

    program: str
    arguments: tuple[str, ...] = ()
    output: bool = False
    timeout_s: int = 10

    def line(self) -> bytes:
        """Return the job as workloads/guest reads it."""
        wanted = ("--samples", OUTPUT) if self.output else ()
        return "\t".join((str(self.timeout_s), self.program, *self.arguments, *wanted)).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended in the guest: what its program wrote, and after how long by the guest's clock, in ns."""

    outcome: Outcome
    ns: int


def ended(number: int, job: Job, frames: Mapping[str, bytes], samples: Path) -> Ended:
    """Return what came of a job; its readings are written to `samples`. Nothing that a guest sends is believed unread.

    Raises OSError where the readings cannot be written.
    """
    said = {part: frames.get(f"job/{number}/{part}", b"") for part in ("stdout", "stderr", "output", "status")}
    how, value, ns = read_status(said["status"])
    if how == "timed-out":
        return Ended(Failed("timed-out", f"{job.program} had not ended after {job.timeout_s} s in the guest"), ns)
    if how not in ("exited", "killed"):
        return Ended(Failed("not-started", f"{job.program} was not started in the guest", "execve"), ns)
    if job.output:
        samples.write_bytes(said["output"])
    status = value if how == "exited" else -value
    process = subprocess.CompletedProcess((job.program, *job.arguments), status, said["stdout"], said["stderr"])
    return Ended(judge(job.program, process, samples if job.output else None), ns)


def read_status(said: bytes) -> tuple[str, int, int]:
    """Return how a job ended, by which status or signal, and after how many nanoseconds; "" where it does not tell."""
    words = said.decode(errors="replace").split()
    if len(words) != 3 or not all(word.isascii() and word.isdigit() and len(word) < 20 for word in words[1:]):
        return "", 0, 0
    return words[0], int(words[1]), int(words[2])
