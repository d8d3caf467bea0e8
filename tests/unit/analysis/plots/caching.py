"""Made-up readings of uncached."""

from __future__ import annotations

import numpy as np

from tests.unit.analysis.plots.drawn import drawn
from workloads.spec import Condition
from workloads.uncached import WORKS

CACHED_NS = {"aes": 2000, "table": 150, "copy": 400, "chase": 500}
SLOWER = {"cached": 1, "ordinary": 1, "elsewhere": 1, "flushed": 5, "uncached": 60}
OF = {"flushed": ("cached", "flushed", "elsewhere", "ordinary"), "uncached": ("ordinary", "uncached", "flushed")}
"""The states of a run, by caching."""


def worked(condition: Condition, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """Return the times of every work: five times as long where it was flushed, sixty where it is never in a cache."""
    states = OF[str(condition.get("caching"))]
    truly = "uncached" in states
    return [
        (
            f"{work}_{state}",
            drawn(rng, CACHED_NS[work] * SLOWER["uncached" if truly and state == "flushed" else state], 32),
        )
        for work in WORKS
        for state in states
    ]
