"""What the recording costs a victim, and how well its loss is known after three minutes.

Promised: under 0.5 % of its throughput (recorded turn by turn against hardly at all, window by window in one process),
and an interval of at most +-1 % of its throughput on 2 CPUs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

import numpy as np

from analysis.stats.interval import mean_interval
from bench.host.lock import Lock
from workloads.program import Success, run_program

PROGRAM, PATIENCE_S = "neighbour_throughput", 600.0
WINDOWS, WINDOW_MS = 60, 250
CONTROL, TREATMENT = "memfd_locked:{rate}", "secret:{rate}"
"""The same churn, of ordinary locked pages and of secret ones."""


def operations(victim: str, timeline: list[str], *words: str) -> np.ndarray:
    """Return how many operations the victim finished in each window."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        given = ("--victim", victim, "--timeline", ",".join(timeline), "--window-ms", str(WINDOW_MS), *words)
        outcome = run_program(PROGRAM, given, raw, PATIENCE_S)
        if not isinstance(outcome, Success):
            sys.exit(f"{PROGRAM}: {outcome}")
        readings = np.fromfile(raw, dtype="<u8")
        ends = np.cumsum([series["count"] for series in outcome.report["series"]])
        names = [series["metric"] for series in outcome.report["series"]]
        pieces = zip(names, np.split(readings, ends[:-1]), strict=True)
        return np.array([piece.sum() for name, piece in pieces if name == "operations"], dtype=float)


def percent(logarithms: np.ndarray) -> tuple[float, float, float]:
    """Return what a mean of logarithms of ratios and its 95 % interval are in per cent of change."""
    found = mean_interval(logarithms, 0.95)
    return tuple(100 * np.expm1([logarithms.mean(), found.low, found.high]))


def recording(victim: str, seconds: float) -> None:
    """Print what recording costs a victim."""
    ratios: list[float] = []
    while len(ratios) < blocks(seconds):
        made = operations(victim, ["spin"] * WINDOWS, "--recording", "alternate")
        ratios += list(np.log(made[0::2] / made[1::2]))
    value, low, high = percent(np.array(ratios))
    print(f"{victim}: recording changes the throughput by {value:+.2f} % [{low:+.2f}, {high:+.2f}] (above -0.5 %)")


def blocks(seconds: float) -> int:
    """Return how many pairs of windows fit."""
    return max(2, round(seconds * 1000 / WINDOW_MS / 2))


def loss(victim: str, rate: str, seconds: float) -> None:
    """Print a victim's loss to secret churn against the same churn of ordinary pages, and how well it is known."""
    order = random.Random(1)
    ratios: list[float] = []
    while len(ratios) < blocks(seconds):
        pairs = [order.sample((0, 1), 2) for _ in range(min(WINDOWS, blocks(seconds) - len(ratios)))]
        kinds = (CONTROL.format(rate=rate), TREATMENT.format(rate=rate))
        made = operations(victim, [kinds[kind] for pair in pairs for kind in pair]).reshape(-1, 2)
        places = np.argsort(np.array(pairs), axis=1)
        ordinary, secret = np.take_along_axis(made, places, axis=1).T
        ratios += list(np.log(secret / ordinary))
    value, low, high = percent(np.array(ratios))
    print(
        f"{victim}, {rate} pages a second, {len(ratios)} pairs of windows in {seconds:.0f} s: {value:+.2f} % "
        f"[{low:+.2f}, {high:+.2f}], known to +-{(high - low) / 2:.2f} % (<= 1 %)"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--victims", default="compute,null_syscall,pointer_chase_4k", help="whose recording to cost")
    parser.add_argument("--victim", default="null_syscall", help="whose loss to measure [null_syscall]")
    parser.add_argument("--rate", default="8000", help="pages a second [8000]")
    parser.add_argument("--seconds", type=float, default=180.0, help="to measure the loss for [180]")
    parser.add_argument("--recording-seconds", type=float, default=60.0, help="to measure each recording for [60]")
    wish = parser.parse_args()
    with Lock():
        for victim in wish.victims.split(","):
            recording(victim, wish.recording_seconds)
        loss(wish.victim, wish.rate, wish.seconds)


if __name__ == "__main__":
    main()
