"""How long a report of ten million samples in 1,000 runs takes. Promised: at most 20 s and 1.5 GB on 2 CPUs.

The readings are made up, by what the unit tests make theirs with: nothing is measured but the report.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.experiments.page_cost import design
from bench.experiments.wish import Wish
from tests.unit.analysis.plots.made import result

READINGS, RUNS = 10_000, 1000
CODE = """
import resource, sys, time
begun = time.monotonic()
from pathlib import Path
from analysis.load import load
from analysis.report.page import render
found = load(Path(sys.argv[1]))
page = render([found])
peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{sum(run.samples.readings for run in found.runs):,} samples in {len(found.runs):,} runs")
print(f"report: {time.monotonic() - begun:.1f} s (<= 20), peak {peak_mib:.0f} MiB (<= 1536), {len(page) / 1e6:.1f} MB")
"""


def main() -> None:
    """Make the result, then its report in a fresh interpreter."""
    experiment = design(Wish("quick", cpus=2, pages=READINGS))
    longest = [each for each in experiment.conditions if each.get("pages") == READINGS]
    kept = experiment.model_copy(update={"conditions": tuple(longest)})
    with tempfile.TemporaryDirectory() as folder:
        made = result(Path(folder), kept, blocks=-(-RUNS // len(longest)))
        subprocess.run([sys.executable, "-c", CODE, str(made.path)], check=True)


if __name__ == "__main__":
    sys.exit(main())
