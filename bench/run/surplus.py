"""The surplus: memory that is held while an experiment runs, so that each run finds the pages that it wants at once."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager

from bench.model.experiment import Experiment
from bench.run.budget import Budget
from workloads import kernel_path, tlb_pressure
from workloads.instruments.holder import held

WANTING = {"tlb_pressure": tlb_pressure.set_bytes, "kernel_path": kernel_path.set_bytes}
"""The workloads that want pages in every size of the direct map's entries, and how many bytes of each."""


def wanted_bytes(experiment: Experiment) -> int:
    """Return how many bytes of each size the largest condition wants, 0 where none does."""
    return max((WANTING[c.workload](c) for c in experiment.conditions if c.workload in WANTING), default=0)


def surplus(experiment: Experiment, budget: Budget) -> AbstractContextManager[object]:
    """Hold what an experiment's runs should not have to look through; nothing where they want nothing."""
    wanted = wanted_bytes(experiment)
    return held(wanted, budget.left_bytes()) if wanted else contextlib.nullcontext()
