"""How well one ratio is known after a minute: 4 KB / 1 GB at one footprint. Promised: 95 % within +-2 % in 60 s.

A machine on which no entry of 1 GB is left can still say it of another claim, e.g. `--claim split-4k-2m`.

As many blocks as fit into the seconds are measured, a process each, as `./lab run direct_map_reads` does. Before them
memory is gathered, so that each run finds pages of every size; that takes gigabytes and has its time told apart.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from analysis.cells import cells
from analysis.load import Result, load
from analysis.verdict import judge
from bench.experiments.direct_map_reads import MIB, PAIRS, QUICK, claims, kernel
from bench.host.lock import Lock
from bench.model.experiment import Experiment
from bench.model.run import Run
from bench.run import session

CLAIM, SECONDS, MOST_BLOCKS = "split-4k", 60.0, 1000
NAMES = tuple(name for name, *_ in PAIRS)
NS_A_S = 1e9


class Enough(Exception):
    """The seconds are used up."""


@dataclass
class Stopwatch:
    """Ends the measuring when one more run like the longest so far would not fit, and tells when the first began."""

    seconds: float
    begun_s: float
    gathered_s: float = 0.0
    spent_s: float = 0.0
    longest_s: float = 0.0

    def watch(self, run: Run) -> None:
        """Count a run; raises Enough."""
        took_s = (run.wall_ns + run.harness_ns) / NS_A_S
        if not self.spent_s:
            self.gathered_s = time.monotonic() - self.begun_s - took_s
        self.spent_s += took_s
        self.longest_s = max(self.longest_s, took_s)
        if self.spent_s + self.longest_s > self.seconds:
            raise Enough


def experiment(name: str, footprint_bytes: int, blocks: int, budget_bytes: int) -> Experiment:
    """Return the experiment with one condition and the claim about it."""
    return Experiment(
        name="direct_map_reads",
        question="?",
        profile="quick",
        claims=tuple(claim for claim in claims(footprint_bytes) if claim.name == name),
        conditions=(kernel(footprint_bytes),),
        blocks=blocks,
        split_budget_bytes=budget_bytes,
    )


def measure(fixed: Experiment, seconds: float, folder: Path) -> tuple[Result, Stopwatch]:
    """Measure until the blocks or the seconds are used up; return the result, sealed or not."""
    here = session.survey()
    with Lock():
        journal = session.begin(fixed, 1, here, folder)
        stopwatch = Stopwatch(seconds, time.monotonic())
        with contextlib.suppress(Enough):
            session.measure(journal, here, stopwatch.watch)
    return load(journal.folder), stopwatch


def tell(result: Result, stopwatch: Stopwatch) -> None:
    """Print the ratio with its interval, and where the time went."""
    verdict = judge(result.manifest.experiment.claims[0], cells(result), result)
    ratio = verdict.ratio
    if ratio is None:
        sys.exit(f"the ratio was not measured: {'; '.join(verdict.reasons)}")
    # As an interval of logarithms reaches: up by this factor, and down by it.
    half = (ratio.high / ratio.low) ** 0.5 - 1
    inside_s = sum(run.wall_ns for run in result.runs) / NS_A_S
    print(f"{verdict.claim.name}: {ratio.value:.3f} [{ratio.low:.3f}, {ratio.high:.3f}] of {ratio.blocks} blocks")
    print(f"95 % of it within +-{half:.1%} (<= 2 %)")
    print(
        f"measured for {stopwatch.spent_s:.1f} s (<= {stopwatch.seconds:g}), {inside_s:.1f} s of them inside the "
        f"programs; gathering pages before: {stopwatch.gathered_s:.1f} s"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--claim", choices=NAMES, default=CLAIM, help=f"whose ratio [{CLAIM}]")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="to measure for [60]")
    parser.add_argument("--blocks", type=int, default=MOST_BLOCKS, help="at most [as many as fit]")
    parser.add_argument("--footprint", type=int, default=QUICK // MIB, help="MB that are read of each size [64]")
    parser.add_argument("--split-budget", type=int, default=0, help="MB of direct map to turn to 4 KB, for good [0]")
    wish = parser.parse_args()
    fixed = experiment(wish.claim, wish.footprint * MIB, wish.blocks, wish.split_budget * MIB)
    with tempfile.TemporaryDirectory() as folder:
        tell(*measure(fixed, wish.seconds, Path(folder)))


if __name__ == "__main__":
    main()
