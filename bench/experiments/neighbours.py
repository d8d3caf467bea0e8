"""What does one process's secret memory do to processes that have nothing to do with it?

The ordinary churn that secret churn is held against is memfd_locked: a file in memory, locked, of which secret memory
differs in the direct map alone. Anonymous memory, which most programs churn, is there beside it.
"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.neighbour_throughput import VICTIMS
from workloads.spec import Condition, FactorValue

QUICK_VICTIMS = ("compute", "timer")
LIMITED = ("fork",)
"""A child takes so long that p99 of a window rests on few of them: no claim about it."""
RATES: tuple[FactorValue, ...] = (500, 2000, 8000, "max")
"""Pages a second: a program that now and then holds a key, one that often does, one that does little else, and all."""
FAST = 8000
EVENTS = 2000
LESS, SLOWER, SAME = 0.01, 0.05, 0.02
QUICK, FULL = 150, 300
"""Lengths of a window in ms."""


def design(wish: Wish) -> Experiment:
    """Return the experiment; with one CPU there is no room for neighbours, and every run says so."""
    quick = wish.profile == "quick"
    victims, window_ms = (QUICK_VICTIMS, QUICK) if quick else (VICTIMS, FULL)
    return Experiment(
        name="neighbours",
        question="What does one process's secret memory do to processes that have nothing to do with it?",
        profile=wish.profile,
        claims=tuple(claim for victim in victims for claim in claims(victim, window_ms)),
        conditions=tuple(
            beside(victim, window_ms, *dose) for victim in victims for dose in (doses() if quick else full_doses())
        ),
        blocks=10 if quick else 16,
    )


def beside(victim: str, window_ms: int, aggressor: str, rate: FactorValue = 0, copy: int = 1) -> Condition:
    """Return the condition in which a victim has a neighbour that does something, at so many pages a second."""
    name = {} if copy == 1 else {"copy": copy}
    return Condition.of(
        "neighbour_throughput", victim=victim, aggressor=aggressor, rate=rate, window_ms=window_ms, **name
    )


def doses() -> tuple[tuple[str, FactorValue, int], ...]:
    """Return what a victim has beside it at least: something harmless, and both kinds of churn."""
    return (("spin", 0, 1), *((kind, rate, 1) for kind in ("memfd_locked", "secret") for rate in (FAST, "max")))


def full_doses() -> tuple[tuple[str, FactorValue, int], ...]:
    """Return every dose: each kind of churn at each rate, a spin twice, what is only held, and the yardsticks."""
    churn = ((kind, rate, 1) for kind in ("memfd_locked", "secret") for rate in RATES)
    others = ((kind, rate, 1) for kind in ("anonymous", "memfd") for rate in (FAST, "max"))
    yardsticks = ((kind, rate, 1) for kind in ("mprotect", "munmap") for rate in (FAST, "max"))
    harmless = (("none", 0, 1), ("spin", 0, 1), ("spin", 0, 2), ("secret_held", 0, 1), ("fork_secret", EVENTS, 1))
    return (*harmless, *churn, *others, *yardsticks)


def claims(victim: str, window_ms: int) -> tuple[Claim, ...]:
    """Return the claims about one victim."""
    if victim == "timer":
        return (slow(victim, window_ms), *controls(victim, window_ms, "latency_p99"))
    late = () if victim in LIMITED else (slow(victim, window_ms),)
    return (loss(victim, window_ms), most(victim, window_ms), *late, *controls(victim, window_ms, "operations"))


def loss(victim: str, window_ms: int) -> Claim:
    """Return the claim that a victim gets less done beside secret pages than beside as many ordinary ones."""
    return Claim(
        name=f"{victim}-loss",
        text=f"Beside {FAST:,} secret pages a second {victim} does at least 1 % less than beside as many locked ones.",
        metric="operations",
        statistic="mean",
        baseline=beside(victim, window_ms, "memfd_locked", FAST),
        treatment=beside(victim, window_ms, "secret", FAST),
        relation="less",
        smallest_effect=LESS,
    )


def most(victim: str, window_ms: int) -> Claim:
    """Return the claim about as many secret pages as one process can make."""
    return Claim(
        name=f"{victim}-max",
        text=f"Beside secret pages as fast as one process can {victim} does at least 1 % less than beside a spin.",
        metric="operations",
        statistic="mean",
        baseline=beside(victim, window_ms, "spin"),
        treatment=beside(victim, window_ms, "secret", "max"),
        relation="less",
        smallest_effect=LESS,
    )


def slow(victim: str, window_ms: int) -> Claim:
    """Return the claim that a victim's slow turns are slower beside secret pages."""
    what = "wakes up late (p99)" if victim == "timer" else "has slow turns (p99)"
    return Claim(
        name=f"{victim}-slow",
        text=f"Beside {FAST:,} secret pages a second {victim} {what} at least 5 % longer than beside locked ones.",
        metric="latency_p99",
        statistic="mean",
        baseline=beside(victim, window_ms, "memfd_locked", FAST),
        treatment=beside(victim, window_ms, "secret", FAST),
        relation="greater",
        smallest_effect=SLOWER,
    )


def controls(victim: str, window_ms: int, metric: str) -> tuple[Claim, ...]:
    """Return what has to be alike: ordinary churn and a spin."""
    return (
        Claim(
            name=f"{victim}-control",
            text=f"Beside {FAST:,} locked ordinary pages a second {victim} fares as beside a spin, within 2 %.",
            metric=metric,
            statistic="mean",
            baseline=beside(victim, window_ms, "spin"),
            treatment=beside(victim, window_ms, "memfd_locked", FAST),
            relation="equivalent",
            smallest_effect=SAME,
        ),
    )
