"""A result as a pyperf suite, for `python -m pyperf show`, `compare_to` and `hist`."""

from __future__ import annotations

from pathlib import Path

import pyperf

from analysis.cells import STATISTICS, Cell, cells
from analysis.emulation import NOTE, emulated
from analysis.load import Result
from bench.error import LabError
from bench.text import one_line

NS = 1e-9
LEAST_S = 0.5e-9
"""pyperf refuses zero: a reading below the clock's tick counts as half a nanosecond."""


def write(result: Result, target: Path) -> None:
    """Write a suite: one benchmark a condition, metric and statistic, and exactly one value a run.

    More values a run would be pooled by compare_to, which then finds differences where there are none: readings of one
    process are not independent. Values are in seconds, as pyperf has them.
    Raises LabError where there is nothing to write.
    """
    common = metadata(result)
    benchmarks = [benchmark(cell, name, common) for cell in cells(result) if cell.is_time for name in STATISTICS]
    if not benchmarks:
        raise LabError("nothing-to-export", f"{result.path} has no run that gave times", remedy="see ./lab show")
    pyperf.BenchmarkSuite(benchmarks).dump(str(target))


def metadata(result: Result) -> dict[str, str | int]:
    """Return what pyperf shows of the machine, in its own words."""
    here = result.manifest.environment
    told = {"lab_note": NOTE.text} if emulated(here) else {}
    return {
        **told,
        "cpu_count": here.cpus_online,
        "cpu_model_name": one_line(here.cpu),
        "platform": one_line(f"Linux-{here.kernel}-{here.architecture}"),
        "lab_commit": one_line(result.manifest.commit),
        "lab_machine": one_line(result.manifest.machine),
        "unit": "second",
        "loops": 1,
    }


def benchmark(cell: Cell, statistic: str, common: dict[str, str | int]) -> pyperf.Benchmark:
    """Return one statistic of a cell, run by run."""
    named = {**common, "name": one_line(f"{cell.condition.label()} {cell.metric}.{statistic}")}
    seconds = (max(float(ns) * NS, LEAST_S) for ns in cell.values[statistic])
    return pyperf.Benchmark([pyperf.Run([value], metadata=named, collect_metadata=False) for value in seconds])
