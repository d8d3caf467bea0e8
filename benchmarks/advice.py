"""How well ./lab advise predicts: the time that holding secrets took for real, over what is advised.

In every round the lives of secrets are measured as ./lab run secret_life does, and so many secrets as no experiment
holds are held for real, in random order; the ratio is taken round by round, so that what else the machine does meets
both. A ratio near 1 says that calls add up, and that between two sizes a line is right.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analysis.advice.time import Lives, summed, with_small_areas
from analysis.advice.way import PHASES, WAYS, terms
from analysis.advice.wish import PAGE_BYTES, Wish
from analysis.plots.duration import duration, figures, size_text
from analysis.stats.interval import geometric_interval
from bench.experiments.secret_life import QUICK_SIZES
from bench.host.lock import Lock
from workloads.program import Success, run_program

WISHES = tuple(Wish(secrets=n, size_bytes=size) for n, size in ((100, 32), (1000, 32), (100, 10_000), (10, 200_000)))
MEASURED = ("file_each", "arena", "malloc", "mmap_mlock", "memfd_mlock")
TIMEOUT_S = 60.0


def live(known: Lives, block: int, way: str, size: int, count: int) -> None:
    """Measure one life of secrets and add what each phase took a secret, or of an arena the arena, to the others."""
    words = ("--way", way, "--size", str(size), "--count", str(count))
    with tempfile.TemporaryDirectory() as folder:
        outcome = run_program("alloc_latency", words, Path(folder) / "raw", TIMEOUT_S)
        if not isinstance(outcome, Success) or outcome.samples is None:
            sys.exit(f"alloc_latency {' '.join(words)}: {outcome}")
        readings = np.fromfile(outcome.samples.path, dtype="<u8")
    ends = np.cumsum([series.count for series in outcome.samples.series])
    curve, held = ("area", 1) if way == "arena" else (way, count)
    pages = size * (count if way == "arena" else 1) // PAGE_BYTES
    for series, ns in zip(outcome.samples.series, np.split(readings, ends[:-1]), strict=True):
        if series.metric in PHASES:
            by_phase = known.setdefault(curve, {}).setdefault(pages, {})
            by_phase.setdefault(series.metric, {})[block] = float(ns.sum()) / held


def held_ns(way: str, wish: Wish) -> float:
    """Return how long it took to make, touch and give up so many secrets, in ns."""
    words = ("--way", way, "--secrets", str(wish.secrets), "--size", str(wish.size_bytes))
    outcome = run_program("secrets_held", words, None, TIMEOUT_S)
    if not isinstance(outcome, Success):
        sys.exit(f"secrets_held {' '.join(words)}: {outcome}")
    return float(outcome.report["ns"])


def line(known: Lives, way: str, wish: Wish, real: dict[int, float]) -> str:
    """Return what one way and wish came to."""
    middle, _ = geometric_interval(np.array(list(real.values())))
    name = f"{way:14}{wish.secrets:>6} x {size_text(wish.size_bytes):9}{duration(middle):>9} for real"
    said = summed(with_small_areas(known), terms(way, wish), PHASES)
    if said is None:
        return f"{name}; not advised"
    advised, _ = geometric_interval(np.array(list(said.values())))
    ratio, found = geometric_interval(np.array([real[block] / said[block] for block in real]))
    told = f"{figures(ratio)} [{figures(found.low)}, {figures(found.high)}]"
    return f"{name} {duration(advised):>9} advised  ratio {told}, {found.replicates} rounds"


def rounds(count: int) -> Iterator[str]:
    """Measure, and yield a line for each way and wish."""
    known: Lives = {}
    pairs = [(way.name, wish) for way in WAYS for wish in WISHES]
    real: dict[tuple[str, Wish], dict[int, float]] = {pair: {} for pair in pairs}
    tasks = [*pairs, *((way, *size) for size in QUICK_SIZES for way in MEASURED)]
    order = random.Random(1)
    for block in range(count):
        for task in order.sample(tasks, len(tasks)):
            if len(task) == 2:
                real[task][block] = held_ns(*task)
            else:
                live(known, block, *task)
    yield from (line(known, *pair, real[pair]) for pair in pairs)


def main() -> None:
    """Measure lives, hold secrets, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=20, help="of measuring and of holding for real [20]")
    asked = parser.parse_args()
    with Lock():
        for told in rounds(asked.rounds):
            print(told)


if __name__ == "__main__":
    main()
