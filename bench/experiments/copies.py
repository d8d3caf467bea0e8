"""Does copying to and from secret memory, which works, take longer than with ordinary memory?"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.copy_latency import PAGES, ROUNDS, SUFFIX, WAYS
from workloads.spec import Condition

EFFECT = 0.05
CONTROLLED = ("file_write", "file_read")
"""Of these the same is asked of two areas of ordinary memory."""


def design(wish: Wish) -> Experiment:
    """Return the experiment; both sides of each claim are of one process."""
    secret, ordinary = copies("secret"), copies("memfd_locked")
    same = "Control: a page of one locked memfd takes as long as of another, within 5 %: "
    return Experiment(
        name="copies",
        question="Does the kernel take longer to copy from and to secret memory than ordinary memory?",
        profile=wish.profile,
        claims=(
            *(
                claim(
                    "cost", metric, secret, f"A secret page takes as long as one of a locked memfd, within 5 %: {told}."
                )
                for metric, told in WAYS.items()
            ),
            *(claim("same", metric, ordinary, f"{same}{WAYS[metric]}.") for metric in CONTROLLED),
        ),
        conditions=(secret, ordinary),
        blocks=15 if wish.profile == "quick" else 40,
    )


def copies(backing: str) -> Condition:
    """Return the condition in which pages of a kind of memory are copied, beside those of a locked memfd."""
    return Condition.of("copy_latency", backing=backing, pages=PAGES, rounds=ROUNDS)


def claim(kind: str, metric: str, condition: Condition, text: str) -> Claim:
    """Return the claim that a way of copying takes as long with either memory of a condition."""
    return Claim(
        name=f"{kind}-{metric.replace('_', '-')}",
        text=text,
        metric=metric,
        baseline_metric=metric + SUFFIX,
        statistic="p50",
        baseline=condition,
        treatment=condition,
        relation="equivalent",
        smallest_effect=EFFECT,
    )
