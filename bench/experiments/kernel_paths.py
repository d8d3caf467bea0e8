"""Are whole paths through the kernel slower where the direct map is in small pages, as secret memory leaves it?"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.spec import Condition

MIB = 1 << 20
QUICK, FULL = 64 * MIB, 128 * MIB
EFFECT = 0.02
ROUNDS = 12
LWN = "LWN, memfd_secret() in 5.14 (2021)"
TOLD = {
    "readv": "process_vm_readv",
    "pread": "pread from the page cache",
    "pwrite": "pwrite to the page cache",
    "pipe": "vmsplice and read through a pipe",
    "send": "sendfile and recv over the loopback",
    "clear": "the first touch of a page that the kernel clears",
}


def design(wish: Wish) -> Experiment:
    """Return the experiment as wished."""
    quick = wish.profile == "quick"
    condition = Condition.of("kernel_path", footprint=QUICK if quick else FULL, rounds=ROUNDS)
    return Experiment(
        name="kernel_paths",
        question="Are whole paths through the kernel slower where its direct map is in small pages?",
        profile=wish.profile,
        claims=tuple(claim for path in TOLD for claim in claims(path, condition)),
        conditions=(condition,),
        blocks=10 if quick else 20,
        split_budget_bytes=wish.split_budget_bytes,
    )


def claims(path: str, condition: Condition) -> tuple[Claim, ...]:
    """Return the claims about a path: 4 KB entries against 1 GB and 2 MB, and either of these against itself.

    By how much this process itself, whose entries are all alike, reads one set more slowly is taken off; a page that is
    cleared is of no set, so that there is nothing to take off.
    """
    return (
        between(path, "1g", "4k", condition),
        between(path, "2m", "4k", condition),
        between(path, "1g", "1g_other", condition),
        between(path, "2m", "2m_other", condition),
    )


def between(path: str, baseline: str, treatment: str, condition: Condition) -> Claim:
    """Return the claim that compares two sets."""
    same, size = treatment == f"{baseline}_other", {"1g": "1 GB", "2m": "2 MB"}[baseline]
    told = (
        f"takes as long, within 2 %, on other pages in {size} entries"
        if same
        else (f"takes at least 2 % longer through 4 KB entries than through {size}")
    )
    return Claim(
        name=f"{path}-same-{baseline}" if same else f"{path}-4k-{baseline}",
        text=f"{TOLD[path]} {told}.",
        metric=f"{path}_{treatment}",
        baseline_metric=f"{path}_{baseline}",
        control=None if path == "clear" else (f"user_{baseline}", f"user_{treatment}"),
        statistic="p50",
        baseline=condition,
        treatment=condition,
        relation="equivalent" if same else "greater",
        smallest_effect=EFFECT,
        source="" if same else LWN,
    )
