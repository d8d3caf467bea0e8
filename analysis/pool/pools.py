"""The pools of one machine: the check of the merged model first, and bills only where it passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.course import courses
from analysis.pool.check import Trial, trials
from analysis.pool.saving import Bill, Machine, bills, machine, traces
from analysis.pool.trace import Trace
from analysis.reads import Reads, reads
from analysis.report.study import Study

SPLITS, READS = "fragmentation", "direct_map_reads"


@dataclass(frozen=True, slots=True)
class Pools:
    """What the runs of one machine allow to say: trials by ground and quantity, and bills by trace where any passed."""

    machine: Machine
    trials: dict[tuple[str, str], Trial]
    bills: tuple[tuple[Trace, tuple[Bill, ...]], ...]


def pools(studies: Sequence[Study]) -> Pools | None:
    """Return the pools of one machine's studies; None where none of them counted splits."""
    by_name = {study.result.manifest.experiment.name: study for study in studies}
    if SPLITS not in by_name:
        return None
    manifest, every = by_name[SPLITS].result.manifest, courses(by_name[SPLITS].result)
    found = trials(every)
    passed = {key: trial for key, trial in found.items() if trial.is_passed}
    on = machine(manifest.environment.memory_bytes, claimed(by_name[READS]) if READS in by_name else None)
    rows = ((trace, tuple(bills(trace, on, every, passed))) for trace in traces(every))
    return Pools(on, found, tuple((trace, row) for trace, row in rows if row)) if found else None


def claimed(study: Study) -> Reads | None:
    """Return the reads that the claims are about."""
    claim = next((each for each in study.result.manifest.experiment.claims if each.name == "split-4k"), None)
    return next((each for each in reads(study.cells) if claim and each.condition == claim.treatment), None)
