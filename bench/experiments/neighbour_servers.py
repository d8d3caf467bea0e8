"""What do real servers lose while a neighbour churns secret memory, against the same churn of ordinary memory?"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from bench.server.catalog import NAMES
from workloads.spec import Condition, FactorValue

SLOW, FAST = 2000, 8000
RATES: tuple[FactorValue, ...] = (SLOW, FAST, "max")
"""Pages a second: a program that changes keys often, one that does little else, and as fast as it goes."""
CHUNK_PAGES = 512
"""2 MB at a time, a quarter of the usual limit; less where the limit is lower."""
LESS, SLOWER, SAME = 0.01, 0.05, 0.02


def design(wish: Wish) -> Experiment:
    """Return the experiment; a server that is not installed is an unsupported run with the line that installs it."""
    quick = wish.profile == "quick"
    window_ms = 500 if quick else 2000
    return Experiment(
        name="neighbour_servers",
        question="What do Redis, PostgreSQL and nginx lose while a neighbour churns secret memory?",
        profile=wish.profile,
        claims=tuple(claim for server in NAMES for claim in claims(server, window_ms)),
        conditions=tuple(condition for server in NAMES for condition in conditions(server, window_ms)),
        blocks=10 if quick else 12,
    )


def beside(server: str, window_ms: int, aggressor: str, rate: FactorValue = 0) -> Condition:
    """Return the condition in which a server has a neighbour that does something, at so many pages a second."""
    return Condition.of(
        "neighbour_throughput", victim=server, aggressor=aggressor, rate=rate, chunk=CHUNK_PAGES, window_ms=window_ms
    )


def conditions(server: str, window_ms: int) -> tuple[Condition, ...]:
    """Return what a server has beside it: nothing, something harmless, and both kinds of churn at each rate."""
    churn = (beside(server, window_ms, kind, rate) for kind in ("memfd_locked", "secret") for rate in RATES)
    return (beside(server, window_ms, "none"), beside(server, window_ms, "spin"), *churn)


def claims(server: str, window_ms: int) -> tuple[Claim, ...]:
    """Return the claims about one server: what it loses, how slow it gets, and what has to be the same."""
    spin, most = beside(server, window_ms, "spin"), beside(server, window_ms, "secret", "max")
    locked, secret = (beside(server, window_ms, kind, FAST) for kind in ("memfd_locked", "secret"))
    return (
        *(loses(server, window_ms, rate) for rate in (SLOW, FAST)),
        Claim(
            name=f"{server}-max",
            text=f"Beside secret pages as fast as one process can {server} does at least 1 % less than beside a spin.",
            metric="operations",
            statistic="mean",
            baseline=spin,
            treatment=most,
            relation="less",
            smallest_effect=LESS,
        ),
        Claim(
            name=f"{server}-slow",
            text=f"Beside {FAST:,} secret pages a second {server}'s slow answers (p99) take at least 5 % longer than "
            "beside as many locked ordinary ones.",
            metric="latency_p99",
            statistic="mean",
            baseline=locked,
            treatment=secret,
            relation="greater",
            smallest_effect=SLOWER,
        ),
        Claim(
            name=f"{server}-control",
            text=f"Beside {FAST:,} locked ordinary pages a second {server} does as much, within 2 %, as beside a spin.",
            metric="operations",
            statistic="mean",
            baseline=spin,
            treatment=locked,
            relation="equivalent",
            smallest_effect=SAME,
        ),
    )


def loses(server: str, window_ms: int, rate: int) -> Claim:
    """Return the claim that a server gets less done beside secret pages than beside as many ordinary ones."""
    return Claim(
        name=f"{server}-{rate}",
        text=f"Beside {rate:,} secret pages a second {server} does at least 1 % less than beside as many locked ones.",
        metric="operations",
        statistic="mean",
        baseline=beside(server, window_ms, "memfd_locked", rate),
        treatment=beside(server, window_ms, "secret", rate),
        relation="less",
        smallest_effect=LESS,
    )
