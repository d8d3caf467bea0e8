"""Multiplicity: of many claims in one report some hold by luck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Return p values adjusted so that the chance of even one false rejection among them stays at alpha.

    Hypothesis: each one's own. Assumes nothing of how the tests hang together. Wrong if tests are left out because of
    what they showed. It adjusts decisions and leaves intervals as they are: an interval answers its own claim, and the
    simultaneous intervals that go with Holm's steps have no use just for what is rejected (their bound is the
    hypothesis itself: Strassburger and Bretz, Statistics in Medicine 27 (2008) 4914). Holm, Scandinavian Journal of
    Statistics 6 (1979) 65 to 70.
    """
    order = np.argsort(ps, kind="stable")
    factors = np.arange(len(ps), 0, -1)
    stepped = np.minimum(np.maximum.accumulate(np.asarray(ps, dtype=np.float64)[order] * factors), 1)
    adjusted = np.empty(len(ps))
    adjusted[order] = stepped
    return tuple(adjusted.tolist())
