"""What does a program get from a pool of its own: an arena of secret pages that is filled at start?"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.spec import Condition

HELD, REQUESTS = 64, 2048
"""256 KB at a time; as many requests as touch the 8 MB of the usual limit once."""
WIDE = 512
POOLS = "LWN, memfd_secret() in 5.14 (2021): a pool of large pages, in versions 2 to 16"


def design(wish: Wish) -> Experiment:
    """Return the experiment; it needs one CPU and uses no other."""
    quick = wish.profile == "quick"
    wide = () if quick else offices(min(WIDE, wish.pages))
    return Experiment(
        name="pools",
        question="What does a program get from a pool of its own, against a page of secret memory for each request?",
        profile=wish.profile,
        claims=(*of_time(), *of_memory()),
        conditions=tuple(dict.fromkeys((*offices(HELD), *wide))),
        blocks=10 if quick else 20,
    )


def office(way: str, held: int, between: str = "none", backing: str = "secret") -> Condition:
    """Return the condition in which requests get their pages in one way, so many held at a time."""
    return Condition.of("arena", way=way, backing=backing, held=held, requests=REQUESTS, between=between)


def offices(held: int) -> tuple[Condition, ...]:
    """Return both ways, alone and beside other use of memory, and locked ordinary files as the control."""
    ways = tuple(office(way, held, between) for between in ("none", "busy") for way in ("each", "arena"))
    return (*ways, office("each", held, backing="memfd_locked"))


def of_time() -> tuple[Claim, ...]:
    """Return what a request is said to take."""
    return (
        Claim(
            name="arena-time",
            text="A request whose page comes from an arena that was filled at start takes less than half the time of "
            "one that has a secret page anew.",
            metric="request",
            statistic="p50",
            baseline=office("each", HELD),
            treatment=office("arena", HELD),
            relation="less",
            smallest_effect=1.0,
        ),
        Claim(
            name="secret-time",
            text="A request that has a secret page anew takes at least 10 % longer than one that has a page of a "
            "locked memfd anew.",
            metric="request",
            statistic="p50",
            baseline=office("each", HELD, backing="memfd_locked"),
            treatment=office("each", HELD),
            relation="greater",
            smallest_effect=0.1,
        ),
    )


def of_memory() -> tuple[Claim, ...]:
    """Return what is said of the memory that requests come to use."""
    return (
        Claim(
            name="arena-blocks",
            text="Beside other use of memory, the pages of an arena lie in less than half as many blocks of 2 MB as "
            "those that requests have anew.",
            metric="blocks",
            statistic="mean",
            baseline=office("each", HELD, "busy"),
            treatment=office("arena", HELD, "busy"),
            relation="less",
            smallest_effect=1.0,
            source=POOLS,
        ),
        Claim(
            name="arena-frames",
            text="Beside other use of memory, requests that have a page anew come to use at least 10 % more different "
            "pages than an arena has.",
            metric="frames",
            statistic="mean",
            baseline=office("arena", HELD, "busy"),
            treatment=office("each", HELD, "busy"),
            relation="greater",
            smallest_effect=0.1,
        ),
    )
