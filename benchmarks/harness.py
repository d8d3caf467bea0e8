"""What the harness itself costs a run. Promised: at most 15 ms in the median, and 20 % of the quick profile's time."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from bench.experiments.catalog import select
from bench.experiments.wish import Wish
from bench.host.lock import Lock
from bench.run import session

BLOCKS = 2
"""Enough runs for a median; the quick profile has ten times as many of the same."""


def main() -> None:
    """Measure two blocks of the quick profile and print where the wall time went."""
    here = session.survey()
    total_ns = harness_ns = 0
    per_run: list[int] = []
    with tempfile.TemporaryDirectory() as folder, Lock():
        for experiment in select((), Wish("quick", len(here.cpus))):
            journal = session.begin(experiment.model_copy(update={"blocks": BLOCKS}), 1, here, Path(folder))
            session.measure(journal, here, lambda run: None)
            runs = journal.runs()
            per_run += [run.harness_ns for run in runs]
            harness_ns += sum(run.harness_ns for run in runs)
            total_ns += sum(run.harness_ns + run.wall_ns for run in runs)
    print(f"harness a run, median: {statistics.median(per_run) / 1e6:.2f} ms (<= 15) of {len(per_run)} runs")
    print(f"harness / wall time: {harness_ns / total_ns:.1%} (<= 20 %)")


if __name__ == "__main__":
    sys.exit(main())
