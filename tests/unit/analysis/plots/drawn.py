"""Made-up times."""

from __future__ import annotations

import numpy as np


def drawn(rng: np.random.Generator, typical_ns: float, readings: int) -> np.ndarray:
    """Return readings around a typical time, skewed as latencies are."""
    return np.asarray(typical_ns * rng.lognormal(0.02, 0.15, readings), dtype=np.int64)
