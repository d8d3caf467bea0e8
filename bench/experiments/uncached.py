"""What would the flag have cost that mapped secret memory uncached, and was dropped before it was merged?"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim, Relation
from bench.model.experiment import Experiment
from workloads.spec import Condition
from workloads.uncached import BYTES, FLUSHED, NO_RANGE, ROUNDS, UNCACHED, WORKS

DRASTIC = 1.0
"""More than twice as long: the least that we call drastic; the article gives no figure."""
ALIKE = 0.05
UNTOUCHED = 0.1
LARGE_BYTES = 256 << 10
"""Beyond the first level of caches, within the second of most CPUs."""
SOURCE = "LWN, 2021: uncached mappings 'will drastically reduce performance'"


def design(wish: Wish) -> Experiment:
    """Return the experiment; both sides of each claim are of one process."""
    small, ordinary = worked("secret", BYTES), worked("memfd_locked", BYTES)
    large = worked("secret", LARGE_BYTES)
    named = wish.uncached_range or NO_RANGE
    truly = Condition.of("uncached", caching=UNCACHED, range=named, bytes=BYTES, rounds=ROUNDS)
    sizes = ((small, ""), (large, "-large")) if wish.profile == "full" else ((small, ""),)
    return Experiment(
        name="uncached",
        question="What would secret memory have cost that no cache holds?",
        profile=wish.profile,
        claims=(
            *(slower(truly, "uncached", "ordinary", work) for work in WORKS),
            *(slower(each, "flushed", "cached", work, end) for each, end in sizes for work in worth(end)),
            *(alike("today", small, "cached", "ordinary", work) for work in WORKS),
            *(alike("same", ordinary, "cached", "ordinary", work) for work in WORKS),
            *(alike("elsewhere", small, "elsewhere", "cached", work) for work in WORKS),
            *(alike("truly", truly, "flushed", "uncached", work) for work in WORKS),
        ),
        conditions=(*(each for each, _ in sizes), ordinary, truly),
        blocks=10 if wish.profile == "quick" else 40,
    )


def worked(backing: str, size: int) -> Condition:
    """Return the condition in which memory of a kind is worked on as it is, and flushed."""
    return Condition.of("uncached", backing=backing, caching=FLUSHED, bytes=size, rounds=ROUNDS)


def worth(end: str) -> tuple[str, ...]:
    """Return the works whose size is that of the condition: tables have 4 KB, whatever it is."""
    return tuple(work for work in WORKS if not end or work != "table")


def slower(condition: Condition, state: str, against: str, work: str, end: str = "") -> Claim:
    """Return the claim that a work takes more than twice as long."""
    where = {
        "uncached": "On truly uncached memory",
        "flushed": "Flushed before each use, the lower bound of what uncached memory costs,",
    }[state]
    size = f", {LARGE_BYTES >> 10} KB" if end else ""
    return judged(
        f"{state}-{work}{end}",
        f"{where} it takes more than twice as long as from the caches: {WORKS[work]}{size}.",
        condition,
        f"{work}_{state}",
        f"{work}_{against}",
        "greater",
        DRASTIC,
        SOURCE,
    )


SAYING = {
    "today": ("Secret memory as it is today is cached: it takes as long as on a locked memfd, within 5 %", ALIKE),
    "same": ("Control: one locked memfd takes as long as another, within 5 %", ALIKE),
    "elsewhere": ("Control: flushing as many other lines changes nothing, within 10 %", UNTOUCHED),
    "truly": ("Control: flushing a range that no cache holds changes nothing, within 10 %", UNTOUCHED),
}


def alike(kind: str, condition: Condition, state: str, against: str, work: str) -> Claim:
    """Return the claim that a work takes as long in two states."""
    text, effect = SAYING[kind]
    metrics = f"{work}_{state}", f"{work}_{against}"
    return judged(f"{kind}-{work}", f"{text}: {WORKS[work]}.", condition, *metrics, "equivalent", effect)


def judged(
    name: str,
    text: str,
    condition: Condition,
    metric: str,
    baseline_metric: str,
    relation: Relation,
    effect: float,
    source: str = "",
) -> Claim:
    """Return a claim about the medians of two metrics of one condition."""
    return Claim(
        name=name,
        text=text,
        metric=metric,
        baseline_metric=baseline_metric,
        statistic="p50",
        baseline=condition,
        treatment=condition,
        relation=relation,
        smallest_effect=effect,
        source=source,
    )
