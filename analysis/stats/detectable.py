"""The smallest effect that could have been seen, by the spread that the data have themselves."""

from __future__ import annotations

import numpy as np
from scipy.special import nctdtrinc, stdtrit

POWER = 0.8
"""The customary one: four times out of five. Cohen, Statistical Power Analysis (1988), section 2.4."""


def detectable(spread: float, replicates: int, confidence: float = 0.95, power: float = POWER) -> float:
    """Return the true mean that a Student's interval of so many values would tell from 0, with a probability.

    `spread` is the standard deviation of the values. Hypothesis: the mean is 0, two-sided. Assumes normal values whose
    spread is the true one: by few values it is known badly, to about one part in sqrt(2 n). It says what this
    experiment could see, not what is there; it must not be read as a test of the effect that was found (Hoenig and
    Heisey, The American Statistician 55 (2001) 19). Infinite for fewer than two values.
    """
    if replicates < 2:
        return float("inf")
    freedom = replicates - 1
    shift = nctdtrinc(freedom, 1 - power, stdtrit(freedom, 0.5 + confidence / 2))
    return float(shift * spread / np.sqrt(replicates))
