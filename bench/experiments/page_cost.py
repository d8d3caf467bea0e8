"""What does the first touch of a page of secret memory cost, against the same touch of ordinary memory?"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.spec import Condition, FactorValue

FRESH_PAGES = 512
"""One 2 MB block: small, because every fresh trial splits another stretch of the direct map for good."""
LWN = "LWN, memfd_secret() in 5.14 (2021)"
HUGE_PAGES = 16


def design(wish: Wish) -> Experiment:
    """Return the experiment as wished."""
    return Experiment(
        name="page_cost",
        question="What does the first touch of a secret page cost, and what changes that?",
        profile=wish.profile,
        claims=(*of_backing(wish.pages), of_history(), of_coldness(), *(with_others(wish) if wish.cpus > 1 else ())),
        conditions=tuple(dict.fromkeys(conditions(wish))),
        blocks=10 if wish.profile == "quick" else 60,
    )


def touch(backing: str, pages: int, **factors: FactorValue) -> Condition:
    """Return the plain condition for a backing, with the named factors changed."""
    plain: dict[str, FactorValue] = {"threads": 1, "others": "idle", "history": "reused"}
    return Condition.of("fault_latency", **(plain | {"backing": backing, "pages": pages} | factors))


def conditions(wish: Wish) -> tuple[Condition, ...]:
    """Return every condition; two are one where a wished size is that of another's."""
    return (
        *backings(wish),
        *company(wish),
        *crowd(wish),
        *amounts(wish),
        touch("secret", FRESH_PAGES),
        touch("secret", FRESH_PAGES, history="fresh"),
    )


def backings(wish: Wish) -> tuple[Condition, ...]:
    """Return one condition a backing; huge pages are fewer, because each is so much larger."""
    small = ("anonymous", "anonymous_locked", "memfd", "memfd_locked", "secret")
    huge = (touch("thp", HUGE_PAGES), touch("hugetlb_2m", HUGE_PAGES))
    giant = (touch("hugetlb_1g", 1),) if wish.profile == "full" else ()
    return (*(touch(backing, wish.pages) for backing in small), *huge, *giant)


def amounts(wish: Wish) -> tuple[Condition, ...]:
    """Return the conditions in which fewer pages are touched, down to a single one: what a program with a key pays."""
    counts = {1, wish.pages // 64, wish.pages // 8} - {0, wish.pages} if wish.profile == "full" else set()
    return tuple(touch(b, n) for b in ("anonymous_locked", "secret") for n in sorted(counts))


def company(wish: Wish) -> tuple[Condition, ...]:
    """Return the conditions in which the other CPUs are busy; there are none on a single CPU."""
    busy = ("spin_user", "spin_kernel") if wish.cpus > 1 else ()
    return tuple(touch(b, wish.pages, others=others) for b in ("anonymous_locked", "secret") for others in busy)


def crowd(wish: Wish) -> tuple[Condition, ...]:
    """Return the conditions in which several threads fault at once: powers of two and all CPUs, or all CPUs alone."""
    powers = {2**n for n in range(1, wish.cpus.bit_length())} if wish.profile == "full" else set()
    counts = sorted(n for n in powers | {wish.cpus} if 1 < n <= wish.cpus)
    return tuple(touch(b, wish.pages, threads=n) for b in ("anonymous_locked", "secret") for n in counts)


def of_backing(pages: int) -> tuple[Claim, ...]:
    """Return the claims that set secret memory against its ordinary relatives."""
    locked, secret = touch("anonymous_locked", pages), touch("secret", pages)
    return (
        Claim(
            name="touch-p50",
            text="The first touch of a secret page takes at least 10 % longer than that of a locked anonymous page.",
            metric="first_touch",
            statistic="p50",
            baseline=locked,
            treatment=secret,
            relation="greater",
            smallest_effect=0.1,
        ),
        Claim(
            name="touch-p99",
            text="Among the slowest hundredth, too, a secret page takes at least 10 % longer.",
            metric="first_touch",
            statistic="p99",
            baseline=locked,
            treatment=secret,
            relation="greater",
            smallest_effect=0.1,
        ),
        Claim(
            name="touch-memfd",
            text="It is secrecy that costs and not the file: at least 10 % more than a locked memfd page.",
            metric="first_touch",
            statistic="p50",
            baseline=touch("memfd_locked", pages),
            treatment=secret,
            relation="greater",
            smallest_effect=0.1,
        ),
    )


def of_history() -> Claim:
    """Return the claim about memory that was never secret, for which the direct map has to be split."""
    return Claim(
        name="fresh-mean",
        text="Memory that was never secret costs at least 10 % more a page on average.",
        metric="first_touch",
        statistic="mean",
        baseline=touch("secret", FRESH_PAGES),
        treatment=touch("secret", FRESH_PAGES, history="fresh"),
        relation="greater",
        smallest_effect=0.1,
        source=LWN,
    )


def of_coldness() -> Claim:
    """Return the claim about the single touch that splits a 2 MB entry, against its neighbours that find it split."""
    fresh = touch("secret", FRESH_PAGES, history="fresh")
    return Claim(
        name="cold-2m",
        text="A touch that has a 2 MB entry of the direct map split takes at least half as long again as others.",
        metric="touch_split_2m",
        baseline_metric="touch_split_nothing",
        statistic="p50",
        baseline=fresh,
        treatment=fresh,
        relation="greater",
        smallest_effect=0.5,
        source=LWN,
    )


def with_others(wish: Wish) -> tuple[Claim, ...]:
    """Return the claims about the other CPUs, each of which is interrupted for every secret page (a TLB flush)."""
    secret = touch("secret", wish.pages)
    return (
        Claim(
            name="busy-others",
            text="A secret page costs at least 10 % more while the other CPUs compute than while they idle.",
            metric="first_touch",
            statistic="p50",
            baseline=secret,
            treatment=touch("secret", wish.pages, others="spin_user"),
            relation="greater",
            smallest_effect=0.1,
        ),
        Claim(
            name="crowd",
            text=f"With {wish.cpus} threads at once a secret page costs each at least 10 % more than one alone.",
            metric="first_touch",
            statistic="p50",
            baseline=secret,
            treatment=touch("secret", wish.pages, threads=wish.cpus),
            relation="greater",
            smallest_effect=0.1,
        ),
    )
