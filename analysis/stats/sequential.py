"""Looks: intervals and tests that stay honest though the data may end the run that they come from."""

from __future__ import annotations


def at_each_look(confidence: float, looks: int) -> float:
    """Return the confidence that each of some looks needs, so that all of them together have this one.

    Hypothesis: none. Assumes that the number of looks was fixed before the first; nothing of when, among them, or why
    the run ended, and nothing of how the looks hang together (Bonferroni). So the interval of the look at which a run
    ended holds the truth at least as often as it says. It is wider than it would have to be: looks at growing data
    agree, which Pocock, Biometrika 64 (1977) 191, and O'Brien and Fleming, Biometrics 35 (1979) 549, make use of; their
    bounds are for a known spread, and for a run that ends by its mean. To divide the error over looks is from Lan and
    DeMets, Biometrika 70 (1983) 659. Wrong where somebody looks in between, and ends the run.
    """
    return 1 - (1 - confidence) / looks
