"""Ten million samples: the harness's peak memory while they are recorded, and how long they take to summarise.

Promised: at most 150 MB, and at most 3 s in a fresh interpreter. Takes some minutes: the samples are really measured.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.experiments.page_cost import touch
from bench.host.lock import Lock
from bench.model.experiment import Experiment
from bench.run import session

RUNS, READINGS = 1000, 10_000
SUMMARISE = """
import sys, time
begun = time.monotonic()
from pathlib import Path
from analysis.load import load
from analysis.cells import cells
for cell in cells(load(Path(sys.argv[1]))):
    print(f"{cell.condition.label()} {cell.metric}: {cell.readings} readings, p50 {cell.typical['p50']:.0f} ns")
print(f"load and summarise: {time.monotonic() - begun:.2f} s (<= 3)")
"""


def experiment() -> Experiment:
    """Return ten conditions alike but for their backing and threads, so that a summary has something to tell apart."""
    kinds = ("anonymous", "anonymous_locked", "memfd", "memfd_locked")
    conditions = (*(touch(kind, READINGS) for kind in kinds), touch("anonymous", READINGS, others="spin_user"))
    return Experiment(
        name="page_cost", question="?", profile="full", claims=(), conditions=conditions, blocks=RUNS // len(conditions)
    )


def main() -> None:
    """Record, print the peak, then summarise in a fresh interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        here = session.survey()
        with Lock():
            journal = session.begin(experiment(), 1, here, Path(folder))
            begun = time.monotonic()
            seal = session.measure(journal, here, lambda run: None)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        size_mb = (journal.folder / "samples.parquet").stat().st_size / 1e6
        print(f"{seal.readings} samples of {seal.runs} runs in {time.monotonic() - begun:.0f} s, {size_mb:.1f} MB")
        print(f"peak memory of the harness: {peak_mb:.0f} MB (<= 150)")
        subprocess.run((sys.executable, "-c", SUMMARISE, str(journal.folder)), check=True)


if __name__ == "__main__":
    main()
