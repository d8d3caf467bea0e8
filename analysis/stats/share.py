"""Shares: what part of all counts is of one kind, where counts come from several processes."""

from __future__ import annotations

import numpy as np

from analysis.stats.block import ratio_of_sums
from analysis.stats.interval import Floats, Interval


def share_interval(parts: Floats, wholes: Floats, confidence: float = 0.95) -> Interval:
    """Return the interval of sum(parts) / sum(wholes), one of each a process.

    Hypothesis, assumption and source: ratio_of_sums(). Wrong for a share so near 0 or 1 that few processes have any or
    all of it: it is cut off at 0 and 1 then.
    """
    found = ratio_of_sums(parts, wholes, confidence)
    low, high = (found.low, found.high) if found.blocks < 2 else np.clip([found.low, found.high], 0, 1)
    return Interval(float(low), float(high), confidence, found.blocks)
