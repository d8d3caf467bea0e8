"""One claim by pyperf's default plan, all of A and then all of B, and by the lab's blocks in the same measuring time.

Promised: the lab's interval is at most a fifth as wide. The claim: how many times as long the first touches of a secret
page take on average as those of ordinary, locked memory. Both plans start the same program and read its timings.

pyperf's default plan is 20 processes a side, each with a warmup and three values. What its values say of themselves is
how far processes differ while one side is measured. What A and B do not share, because minutes lie between them, is not
in them; it shows when the whole is done again. So both plans are repeated in turn, and of each is told what a single
session says of itself and how far sessions differ: Student's range, at 95 %, of one session's ratio.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyperf
from scipy.special import stdtrit

from analysis.cells import cells
from analysis.compare import compare
from analysis.load import load
from analysis.stats.difference import independent
from analysis.stats.interval import Floats
from bench.experiments.page_cost import touch
from bench.host.lock import Lock
from bench.model.experiment import Experiment
from bench.model.run import Run
from bench.run import session
from benchmarks.ratio_width import Enough

SIDES = ("anonymous_locked", "secret")
MOST_BLOCKS, PROMISED, NS_A_S = 100_000, 0.2, 1e9
TOUCH = Path(__file__).with_name("pyperf_touch.py")


@dataclass(frozen=True, slots=True)
class Session:
    """What one session of a plan found: both sides, the ratio with its interval, what it rests on, how long it took."""

    sides_ns: tuple[float, float]
    ratio: float
    low: float
    high: float
    rests_on: str
    seconds: float

    @property
    def width(self) -> float:
        """Return how far the interval reaches, as a share: 0.02 is up and down by a factor of 1.02."""
        return float((self.high / self.low) ** 0.5 - 1)


@dataclass
class Stopwatch:
    """Ends the measuring where two more runs like the last would not fit; it begins with the first run."""

    seconds: float
    begun_s: float = 0.0
    spent_s: float = 0.0

    def watch(self, run: Run) -> None:
        """Look at the clock after a run; raises Enough."""
        run_s = (run.wall_ns + run.harness_ns) / NS_A_S
        self.begun_s = self.begun_s or time.monotonic() - run_s
        self.spent_s = time.monotonic() - self.begun_s
        if self.spent_s + 2 * run_s > self.seconds:
            raise Enough


def by_pyperf(pages: int, more: Sequence[str], folder: Path) -> Session:
    """Measure all of A and then all of B by pyperf, and compare the means of processes."""
    begun_s, sides = time.monotonic(), []
    for side in SIDES:
        file = folder / f"{side}-{time.monotonic_ns()}.json"
        words = ("--backing", side, "--pages", str(pages), "-o", str(file), "--quiet", *more)
        subprocess.run([sys.executable, TOUCH, *words], check=True, stdout=subprocess.DEVNULL)
        runs = pyperf.Benchmark.load(str(file)).get_runs()
        sides.append(np.array([np.mean(run.values) for run in runs if run.values]))
    found = independent(*map(np.log, sides))
    low, high = np.exp([found.interval().low, found.interval().high]).tolist()
    rests_on = f"{len(sides[0])} and {len(sides[1])} processes"
    sides_ns = tuple(float(np.exp(np.log(side).mean())) * NS_A_S / pages for side in sides)
    return Session(sides_ns, float(np.exp(found.value)), low, high, rests_on, time.monotonic() - begun_s)


def by_blocks(pages: int, seconds: float, folder: Path) -> Session:
    """Measure blocks for so many seconds, as `./lab run` does, and compare block by block."""
    conditions = tuple(touch(side, pages) for side in SIDES)
    fixed = Experiment(
        name="page_cost", question="?", profile="quick", claims=(), conditions=conditions, blocks=MOST_BLOCKS
    )
    here = session.survey()
    journal = session.begin(fixed, time.monotonic_ns() % (1 << 31), here, folder)
    stopwatch = Stopwatch(seconds)
    with contextlib.suppress(Enough):
        session.measure(journal, here, stopwatch.watch)
    found = {cell.condition: cell for cell in cells(load(journal.folder)) if cell.metric == "first_touch"}
    both = len(found) == len(conditions)
    ratio = compare(found[conditions[0]], found[conditions[1]], "mean") if both else None
    if ratio is None:
        sys.exit("no block fits into these seconds")
    sides_ns = (found[conditions[0]].typical["mean"], found[conditions[1]].typical["mean"])
    return Session(sides_ns, ratio.value, ratio.low, ratio.high, f"{ratio.blocks} blocks", stopwatch.spent_s)


def spread(sessions: Sequence[Session]) -> float:
    """Return Student's range, at 95 %, of a single session's ratio, from how far the sessions' ratios differ."""
    logs: Floats = np.log([each.ratio for each in sessions])
    return float(np.expm1(stdtrit(len(logs) - 1, 0.975) * logs.std(ddof=1)))


def tell(plan: str, sessions: Sequence[Session]) -> float:
    """Print what a plan found and return the width that is honest: the wider of what it says and how it spreads."""
    for each in sessions:
        ordinary, secret = (f"{ns:,.0f}" for ns in each.sides_ns)
        found = f"{secret} / {ordinary} ns = {each.ratio:.3f} [{each.low:.3f}, {each.high:.3f}], +-{each.width:.1%}"
        print(f"  {found}; {each.rests_on} in {each.seconds:.0f} s")
    says, spreads = float(np.median([each.width for each in sessions])), spread(sessions)
    print(f"{plan}: a session says +-{says:.1%} of itself; sessions differ by +-{spreads:.1%}")
    return max(says, spreads)


def main() -> None:
    """Measure in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=6, help="of each plan, at least 2 [6]")
    parser.add_argument("--pages", type=int, default=1024, help="that each start touches [1024]")
    parser.add_argument("--pyperf", default="", help="more options of pyperf's, which make its plan another [none]")
    wish = parser.parse_args()
    plan: dict[str, list[Session]] = {"pyperf": [], "blocks": []}
    with Lock(), tempfile.TemporaryDirectory() as name:
        for _ in range(wish.sessions):
            plan["pyperf"].append(by_pyperf(wish.pages, wish.pyperf.split(), Path(name)))
            plan["blocks"].append(by_blocks(wish.pages, plan["pyperf"][-1].seconds, Path(name)))
    print(f"secret over ordinary, locked memory: mean first touch of {wish.pages} pages, {wish.sessions} sessions")
    if wish.pyperf:
        print(f"NOT pyperf's default plan: {wish.pyperf}")
    print("pyperf, all of A and then all of B:")
    wide = tell("pyperf", plan["pyperf"])
    print("the lab's blocks, in the same time:")
    narrow = tell("blocks", plan["blocks"])
    says = float(np.median([each.width for each in plan["blocks"]]))
    print(f"blocks / pyperf, by how sessions differ: {narrow / wide:.2f} (<= {PROMISED:g})")
    print(f"a lab interval / how far pyperf's sessions differ: {says / wide:.2f}")


if __name__ == "__main__":
    main()
