"""Disturbed runs: those beside which a fixed piece of work took far longer than usual."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from analysis.load import Result
from analysis.stats.interval import Floats
from bench.model.run import Native

SPREADS = 6.0
"""A canary is off beyond the median by so many spreads (1.4826 median absolute deviations), ..."""
LEAST = 1.25
"""... and by at least this factor: on a very still machine six spreads would be next to nothing."""


@lru_cache(maxsize=4)
def disturbed(result: Result) -> frozenset[int]:
    """Return the indices of the runs before or after which a canary was far off; they are marked and never dropped."""
    sung = {run.trial.index: slowest(run.native) for run in result.runs if run.native}
    if not sung:
        return frozenset()
    times: Floats = np.array(list(sung.values()), dtype=np.float64)
    middle = np.median(times, axis=0)
    spread = 1.4826 * np.median(np.abs(times - middle), axis=0)
    off = np.any(times > np.maximum(middle + SPREADS * spread, LEAST * middle), axis=1)
    return frozenset(index for index, is_off in zip(sung, off.tolist(), strict=True) if is_off)


def slowest(native: Native) -> tuple[int, int]:
    """Return the slower of a run's two canaries: (spin ns, chase ns)."""
    both = (native.canary_before, native.canary_after)
    return max(c.spin_ns for c in both), max(c.chase_ns for c in both)
