"""Change points: whether, and where, values moved to another level in the order in which they were measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stats.interval import Floats


@dataclass(frozen=True, slots=True)
class Change:
    """The likeliest place of a change: how many values lie before it, and the p of there being none."""

    before: int
    p: float


def change(values: Floats) -> Change:
    """Return where values most likely changed their level.

    Hypothesis: all come from one distribution. Assumes independent values, of any distribution; the p is an
    approximation that is good up to 0.5, and too large rather than too small where values are few. Wrong where
    neighbours hang together (it cries wolf: see allowance.py), and finds one of several changes. Pettitt, Applied
    Statistics 28 (1979) 126 to 135.
    """
    n = len(values)
    if n < 3:
        return Change(0, 1.0)
    sums = 2 * np.cumsum(ranks(values)) - np.arange(1, n + 1) * (n + 1)
    place = int(np.argmax(np.abs(sums)))
    p = min(1.0, 2 * float(np.exp(-6 * sums[place] ** 2 / (n**3 + n**2))))
    return Change(place + 1, p)


def ranks(values: Floats) -> Floats:
    """Return the rank of each value, from 1; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: Floats = (last - (counts - 1) / 2)[place]
    return shared
