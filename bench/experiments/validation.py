"""Would this lab cry wolf here, and does it see a delay that is known to be there?

Conditions that are alike but for their name stand against each other (A/A), and one that is slower by a known part
against one that is not (spike-in). They are made, ordered and judged as all others are.
"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.spec import Condition

NAME = "validation"
BACKINGS = ("anonymous_locked", "secret")
COPIES = 8
"""Conditions of one kind of memory that are alike: four pairs, of which no two share a run."""
DELAYS = (10, 20, 50)
"""Thousandths; each is held against a copy of its own."""
BATCH = 32
SAME = 0.05


def design(wish: Wish) -> Experiment:
    """Return the experiment as wished."""
    return Experiment(
        name=NAME,
        question="Would this lab cry wolf here, and does it see a delay that is known to be there?",
        profile=wish.profile,
        claims=tuple(claim for backing in BACKINGS for claim in claims(backing, wish.pages)),
        conditions=tuple(each for backing in BACKINGS for each in conditions(backing, wish.pages)),
        blocks=50 if wish.profile == "quick" else 400,
    )


def touches(backing: str, pages: int, copy: int = 1, delay: int = 0) -> Condition:
    """Return one condition."""
    batch = min(BATCH, pages)
    return Condition.of(
        "known_delay", backing=backing, batch=batch, batches=pages // batch, copy=copy, delay_per_mille=delay
    )


def conditions(backing: str, pages: int) -> tuple[Condition, ...]:
    """Return the conditions of one kind of memory."""
    alike = (touches(backing, pages, copy) for copy in range(1, COPIES + 1))
    return (*alike, *(touches(backing, pages, delay=delay) for delay in DELAYS))


def claims(backing: str, pages: int) -> tuple[Claim, ...]:
    """Return the claims about one kind of memory: pairs of copies are alike, and delays are seen."""
    pairs = ((touches(backing, pages, copy), touches(backing, pages, copy + 1)) for copy in range(1, COPIES, 2))
    slower = ((touches(backing, pages, n), touches(backing, pages, delay=d)) for n, d in enumerate(DELAYS, 1))
    alike = (same(backing, number, *pair) for number, pair in enumerate(pairs, 1))
    return (*alike, *(delayed(backing, *pair) for pair in slower))


def same(backing: str, number: int, baseline: Condition, treatment: Condition) -> Claim:
    """Return the claim that a condition is like itself."""
    return Claim(
        name=f"same-{backing}-{number}",
        text=f"First touches of {backing} memory take as long as first touches of it, within 5 %.",
        metric="touches",
        statistic="p50",
        baseline=baseline,
        treatment=treatment,
        relation="equivalent",
        smallest_effect=SAME,
    )


def delayed(backing: str, baseline: Condition, treatment: Condition) -> Claim:
    """Return the claim that a delay is seen."""
    part = int(treatment.get("delay_per_mille") or 0) / 1000
    return Claim(
        name=f"delay-{backing}-{part:.0%}".replace("%", ""),
        text=f"First touches of {backing} memory with {part:.0%} more waiting take at least {part / 2:.1%} longer.",
        metric="touches",
        statistic="p50",
        baseline=baseline,
        treatment=treatment,
        relation="greater",
        smallest_effect=part / 2,
    )
