"""What does secret memory do to the kernel's own map, how far does one user get, and what of it stays?"""

from __future__ import annotations

from bench.experiments.page_cost import LWN
from bench.experiments.wish import Wish
from bench.model.claim import Proof
from bench.model.experiment import Experiment
from workloads.fragmentation import REGION_BYTES
from workloads.spec import Condition, FactorValue

LIMIT_PAGES = 2048
"""8 MB: the default RLIMIT_MEMLOCK."""
ROUNDS, ROUND_PAGES = 8, 256
NATURAL = ("one_size", "mixed", "churn", "processes")
LEAST_SHARE_BYTES = 2 * REGION_BYTES
NATURAL_SHARE, STEERED_SHARE = 16, 8
"""One run takes at most that part of the budget: else the first one would spend it all."""


def design(wish: Wish) -> Experiment:
    """Return the experiment; it splits what the budget allows, and stops there."""
    return Experiment(
        name="fragmentation",
        question="What does secret memory do to the kernel's own map, how far does one user get, and what of it stays?",
        profile=wish.profile,
        claims=(),
        conditions=tuple(dict.fromkeys((*growth(wish), *rounds(wish), *reach(wish)))),
        blocks=3 if wish.profile == "quick" else 5,
        proofs=proofs(wish),
        split_budget_bytes=wish.split_budget_bytes,
    )


def share(wish: Wish, part: int) -> int:
    """Return how much of the budget one run may take, in bytes: whole regions of 2 MB."""
    return max(LEAST_SHARE_BYTES, wish.split_budget_bytes // part // REGION_BYTES * REGION_BYTES)


def use(wish: Wish, kind: str, ground: str, pages: int, **factors: FactorValue) -> Condition:
    """Return the condition in which secret memory is used in a natural way."""
    return Condition.of(
        "fragmentation", use=kind, ground=ground, pages=pages, share=share(wish, NATURAL_SHARE), **factors
    )


def growth(wish: Wish) -> tuple[Condition, ...]:
    """Return natural use on the memory that there is, and where no free page was split before."""
    found = tuple(use(wish, kind, "as_found", wish.pages) for kind in NATURAL)
    whole = NATURAL if wish.profile == "full" else ("one_size", "mixed")
    return (*found, *(use(wish, kind, "used_up", wish.pages) for kind in whole))


def rounds(wish: Wish) -> tuple[Condition, ...]:
    """Return the same memory had and given up again and again, without and with other use of memory in between."""
    pages = min(ROUND_PAGES, wish.pages)
    return tuple(
        use(wish, "mixed", "as_found", pages, rounds=ROUNDS, between=between, steps=8) for between in ("none", "busy")
    )


def reach(wish: Wish) -> tuple[Condition, ...]:
    """Return one user's reach inside the usual limit: as it comes, and steered, with all the limit and one page of it.

    A size that was asked for bounds it too.
    """
    pages = min(LIMIT_PAGES, 2 * wish.pages)
    natural = tuple(use(wish, "one_size", ground, pages) for ground in ("as_found", "used_up"))
    steered = tuple(
        Condition.of("fragmentation", use=kind, pages=pages, share=share(wish, STEERED_SHARE))
        for kind in ("steered", "steered_one")
    )
    return (*natural, *steered)


def proofs(wish: Wish) -> tuple[Proof, ...]:
    """Return what is to hold after every round: what was split is not joined again."""
    return (
        Proof(
            name="nothing-heals",
            text="No region of 2 MB of the direct map became whole again when the secret memory in it was given up.",
            metric="round_healed_regions",
            conditions=(*growth(wish), *rounds(wish), *reach(wish)),
            expected=0,
            least=10,
            source=f"{LWN}: breaking up the direct map's large pages would degrade performance",
        ),
    )
