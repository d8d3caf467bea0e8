"""What does a neighbour get of huge pages and page cache while secret memory is held?"""

from __future__ import annotations

import os

from bench.experiments.wish import Wish
from bench.model.claim import Claim, Proof
from bench.model.experiment import Experiment
from workloads.memory_neighbour import HOLDERS, MIB
from workloads.spec import Condition, FactorValue

PAGE_BYTES, PER_MILLE = 4096, 1000
QUICK_HOLDERS = ("none", "anonymous", "memfd_locked", "secret")
EFFECT = 0.1
REGIONS = {"thp": 512 * MIB, "hugetlb": 0, "compaction": 256 * MIB, "page_cache": 64 * MIB}
"""What a neighbour wants in the full profile; 0 is all that the reserve leaves."""
MEASURES = {
    "thp": (("huge_pages", "less", "gets {} huge pages"), ("fill_2m", "greater", "waits {} for 2 MB of memory")),
    "hugetlb": (
        ("pool_pages", "less", "gets {} hugetlb pages"),
        ("pool_pages_left", "less", "gets {} hugetlb pages, after all was given back,"),
    ),
    "page_cache": (("read_64k", "greater", "waits {} for a read of a file in a full memory group"),),
}
"""Of each question: a metric, the direction that is harm, and how it is told with how much put into it."""
AMOUNTS = {"less": ("as many", "at least 10 % fewer"), "greater": ("as long", "at least 10 % longer")}
"""As much, and by EFFECT to the harm of who has it."""


def design(wish: Wish) -> Experiment:
    """Return the experiment; secret memory beyond the budget for splits is not held."""
    conditions = quick() if wish.profile == "quick" else full()
    return Experiment(
        name="memory_neighbours",
        question="What does a neighbour get of huge pages and page cache while secret memory is held?",
        profile=wish.profile,
        claims=claims(conditions),
        conditions=conditions,
        blocks=10,
        proofs=(charged(conditions),),
        split_budget_bytes=wish.split_budget_bytes,
    )


def beside(holder: str, question: str, share: int, region: int, **factors: FactorValue) -> Condition:
    """Return the condition in which a neighbour asks while so many thousandths of memory are held."""
    total = os.sysconf("SC_PHYS_PAGES") * PAGE_BYTES
    held = total // PER_MILLE * share // PAGE_BYTES * PAGE_BYTES
    return Condition.of(
        "memory_neighbour", holder=holder, question=question, share=share, held=held, region=region, **factors
    )


def quick() -> tuple[Condition, ...]:
    """Return huge pages and page cache beside a thousandth of memory."""
    thp = (beside(holder, "thp", 1, 64 * MIB, placement="churned") for holder in QUICK_HOLDERS)
    cache = (beside(holder, "page_cache", 1, 32 * MIB, charge="inside") for holder in QUICK_HOLDERS)
    return (*thp, *cache)


def full() -> tuple[Condition, ...]:
    """Return all questions beside 0.1, 1 and 10 % of memory."""
    plans: list[tuple[str, int, str, str]] = [
        *(("thp", share, "placement", how) for share in (1, 10, 100) for how in ("natural", "churned")),
        *(("hugetlb", share, "placement", "churned") for share in (1, 10, 100)),
        *(("compaction", share, "placement", "churned") for share in (1, 10)),
        *(("page_cache", share, "charge", where) for share in (1, 10) for where in ("inside", "outside")),
    ]
    return tuple(
        beside(holder, question, share, REGIONS[question], **{factor: value})
        for question, share, factor, value in plans
        for holder in HOLDERS
    )


def claims(conditions: tuple[Condition, ...]) -> tuple[Claim, ...]:
    """Return of every secret condition that it costs no more than locked memory does, and more than the others do."""
    secrets = (c for c in conditions if c.get("holder") == "secret")
    return tuple(
        claim
        for secret in secrets
        for measure in MEASURES.get(str(secret.get("question")), ())
        for claim in three(secret, measure)
    )


def three(secret: Condition, measure: tuple[str, str, str]) -> tuple[Claim, ...]:
    """Return the claims about one metric: alike to locked memory of a file, worse than ordinary memory or nothing."""
    metric, harm, told = measure
    how = str(secret.get("placement") or secret.get("charge"))
    name, where = f"{metric}-{secret.get('share')}-{how}", f"{int(secret.get('share') or 0) / 10:g} % of memory, {how}"
    as_much, worse = (told.format(amount) for amount in AMOUNTS[harm])
    return (
        Claim(
            name=f"{name}-locked",
            text=f"A neighbour {as_much} beside secret memory as beside memfd + mlock, within 10 % ({where}).",
            metric=metric,
            statistic="mean",
            baseline=held_by(secret, "memfd_locked"),
            treatment=secret,
            relation="equivalent",
            smallest_effect=EFFECT,
        ),
        *(
            Claim(
                name=f"{name}-{short}",
                text=f"A neighbour {worse} beside secret memory than {against} ({where}).",
                metric=metric,
                statistic="mean",
                baseline=held_by(secret, holder),
                treatment=secret,
                relation="less" if harm == "less" else "greater",
                smallest_effect=EFFECT,
            )
            for short, holder, against in (
                ("ordinary", "anonymous", "beside ordinary memory"),
                ("nothing", "none", "where nothing is held"),
            )
        ),
    )


def held_by(condition: Condition, holder: str) -> Condition:
    """Return the condition with another holder."""
    return Condition.of(condition.workload, **(dict(condition.factors) | {"holder": holder}))


def charged(conditions: tuple[Condition, ...]) -> Proof:
    """Return that secret pages count in the memory group of who touched them."""
    return Proof(
        name="secret-charged",
        text="Secret memory is charged to the memory group of the process that touched it.",
        metric="is_charged",
        conditions=tuple(c for c in conditions if c.get("holder") == "secret" and c.get("charge") == "inside"),
        expected=1,
        least=2,
    )
