"""Would this lab cry wolf here, and does it see a delay that is known to be there?

Conditions that are alike but for their name stand against each other (A/A), and one that is slower by a known part
against one that is not (spike-in). They are made, ordered and judged as all others are. Either is asked twice: between
processes, as of most claims, and within one, where slow readings lie among plain ones and what processes differ by is
common to both.
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
"""Thousandths; each is held against a copy of its own, and against the plain readings of its own process."""
BATCH = {"secret": 8}
"""Pages; of other memory, which is had faster, 32. Where a batch takes long, something else often comes between."""
ROUNDS = {"secret": 4}
"""Of the same pages; of other memory 8."""
SAME = 0.05
SAME_WITHIN = 0.01
PLAIN = "plain"


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
    """Return one condition; half of its pages are touched with the delay, and half of them plain."""
    batch = max(1, min(BATCH.get(backing, 32), pages // 2))
    batches = max(1, pages // batch // 2)
    return Condition.of(
        "known_delay",
        backing=backing,
        batch=batch,
        batches=batches,
        rounds=ROUNDS.get(backing, 8),
        copy=copy,
        delay_per_mille=delay,
    )


def conditions(backing: str, pages: int) -> tuple[Condition, ...]:
    """Return the conditions of one kind of memory."""
    alike = (touches(backing, pages, copy) for copy in range(1, COPIES + 1))
    return (*alike, *(touches(backing, pages, delay=delay) for delay in DELAYS))


def claims(backing: str, pages: int) -> tuple[Claim, ...]:
    """Return the claims about one kind of memory: what is alike is found alike, and delays are seen."""
    copies = [touches(backing, pages, copy) for copy in range(1, COPIES + 1)]
    slow = [touches(backing, pages, delay=delay) for delay in DELAYS]
    return (
        *(same(n, *pair) for n, pair in enumerate(zip(copies[::2], copies[1::2], strict=True), 1)),
        *(delayed(*pair) for pair in zip(copies, slow, strict=False)),
        *(same(n, each, each) for n, each in enumerate(copies[::2], 1)),
        *(delayed(each, each) for each in slow),
    )


def same(number: int, baseline: Condition, treatment: Condition) -> Claim:
    """Return the claim that two conditions are alike, or the two kinds of readings of one."""
    within, most = baseline == treatment, SAME_WITHIN if baseline == treatment else SAME
    backing = treatment.get("backing")
    return Claim(
        name=f"same-{'within-' if within else ''}{backing}-{number}",
        text=f"First touches of {backing} memory take as long as {others(within=within)}, within {most:.0%}.",
        metric="touches",
        baseline_metric=PLAIN if within else "",
        statistic="p50",
        baseline=baseline,
        treatment=treatment,
        relation="equivalent",
        smallest_effect=most,
    )


def delayed(baseline: Condition, treatment: Condition) -> Claim:
    """Return the claim that a delay is seen."""
    within, part = baseline == treatment, int(treatment.get("delay_per_mille") or 0) / 1000
    backing = treatment.get("backing")
    return Claim(
        name=f"delay-{'within-' if within else ''}{backing}-{part:.0%}".replace("%", ""),
        text=(
            f"First touches of {backing} memory with {part:.0%} more waiting take at least {part / 2:.1%} longer than "
            f"{others(within=within)}."
        ),
        metric="touches",
        baseline_metric=PLAIN if within else "",
        statistic="p50",
        baseline=baseline,
        treatment=treatment,
        relation="greater",
        smallest_effect=part / 2,
    )


def others(*, within: bool) -> str:
    """Return what first touches are compared with."""
    return "others in the same processes" if within else "those in other processes"
