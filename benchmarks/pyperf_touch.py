"""The first touch of pages as a benchmark of pyperf, by its default plan; benchmarks/pyperf_plan.py starts it.

One loop is one start of the lab's own program; its value is the time that all its first touches took, as the program
timed them, so that starting it counts for nothing.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pyperf

from workloads.program import PROGRAMS

NS_A_S = 1e9


def spend(loops: int, backing: str, pages: int) -> float:
    """Return the seconds that the first touches of so many starts took."""
    total_ns = 0
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "samples"
        cpus = ",".join(map(str, sorted(os.sched_getaffinity(0))))
        words = ("--backing", backing, "--pages", str(pages), "--cpus", cpus, "--samples", str(samples))
        for _ in range(loops):
            subprocess.run([PROGRAMS / "fault_latency", *words], check=True, stdout=subprocess.DEVNULL)
            total_ns += int(np.fromfile(samples, dtype="<u8").sum())
    return total_ns / NS_A_S


def pass_on(command: list[str], arguments: object) -> None:
    """Give the workers what was asked for."""
    command += ["--backing", str(vars(arguments)["backing"]), "--pages", str(vars(arguments)["pages"])]


def main() -> None:
    """Measure."""
    runner = pyperf.Runner(add_cmdline_args=pass_on)
    runner.argparser.add_argument("--backing", default="secret")
    runner.argparser.add_argument("--pages", type=int, default=1024)
    wish = runner.parse_args()
    runner.bench_time_func(f"first touch, {wish.backing}", spend, wish.backing, wish.pages)


if __name__ == "__main__":
    main()
