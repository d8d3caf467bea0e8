"""What a turn of the timed kernel loop costs by itself. Promised: at most 2 ns, and known to 1 % on every host.

The loop follows a line that points at itself, so that nothing is waited for: what is left is bpf_loop and the read.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from analysis.stats.interval import mean_interval
from workloads.program import Outcome, Refused, Success, run_program
from workloads.spec import Failed

PROCESSES, METRIC = 10, "kernel_loop"
SMALL = ("--footprint", "1048576", "--rounds", "20", "--split-budget", "0")
DEPTHS = (64, 256, 1024, 4096)
"""2 MB pieces of memory to look through until pages of two sizes are found, without which the program reads nothing."""
PS_A_NS = 1000


def read(samples: Path) -> Outcome:
    """Run the program, looking no deeper into memory than it has to."""
    answer: Outcome = Failed("not-started", "nothing was tried")
    for depth in DEPTHS:
        answer = run_program("tlb_pressure", (*SMALL, "--look-through", str(depth)), samples, 120.0)
        if not (isinstance(answer, Refused) and answer.step == "holding"):
            break
    return answer


def turn_ns() -> float:
    """Return a turn's time in a process of its own, the median of its rounds; exits where there is no such loop."""
    with tempfile.TemporaryDirectory() as folder:
        answer = read(Path(folder) / "samples")
        if not isinstance(answer, Success) or answer.samples is None:
            sys.exit(f"the kernel's loop cannot be timed here: {answer}")
        values, at = np.fromfile(answer.samples.path, dtype="<u8"), 0
        for series in answer.samples.series:
            if series.metric == METRIC:
                return float(np.median(values[at : at + series.count])) / PS_A_NS
            at += series.count
    sys.exit(f"tlb_pressure did not time {METRIC}")


def main() -> None:
    """Print the mean of the processes, its 95 % interval and half of that interval's width."""
    found = np.array([turn_ns() for _ in range(PROCESSES)])
    interval = mean_interval(found)
    half = (interval.high - interval.low) / 2 / found.mean()
    print(
        f"a turn of the kernel's loop: {found.mean():.2f} ns [{interval.low:.2f}, {interval.high:.2f}] (<= 2) "
        f"in {PROCESSES} processes of {found.min():.2f} .. {found.max():.2f} ns"
    )
    print(f"known to +-{half:.2%} (<= 1 %)")


if __name__ == "__main__":
    main()
