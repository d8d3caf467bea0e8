"""How does the cost of a secret page grow with the number of online CPUs, each of which is interrupted for it?"""

from __future__ import annotations

from bench.experiments.page_cost import touch
from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.spec import Condition


def design(wish: Wish) -> Experiment:
    """Return the experiment: one online CPU, powers of two, and all; CPUs are taken offline and put back."""
    counts = sorted({1, wish.cpus, *(2**n for n in range(1, wish.cpus.bit_length()) if 2**n <= wish.cpus)})
    return Experiment(
        name="online_cpus",
        question="How does the cost of a secret page grow with the number of online CPUs?",
        profile=wish.profile,
        claims=claims(wish) if wish.cpus > 1 else (),
        conditions=tuple(online(backing, wish.pages, n) for backing in ("anonymous_locked", "secret") for n in counts),
        blocks=10 if wish.profile == "quick" else 30,
    )


def online(backing: str, pages: int, cpus: int) -> Condition:
    """Return the plain condition of a backing with only `cpus` CPUs online."""
    return touch(backing, pages, online_cpus=cpus)


def claims(wish: Wish) -> tuple[Claim, ...]:
    """Return the causal test of the flush: without other CPUs there is nobody to interrupt."""
    return (
        Claim(
            name="flush-share",
            text=f"With {wish.cpus} CPUs online a secret page costs at least 10 % more than with one.",
            metric="first_touch",
            statistic="p50",
            baseline=online("secret", wish.pages, 1),
            treatment=online("secret", wish.pages, wish.cpus),
            relation="greater",
            smallest_effect=0.1,
        ),
    )
