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


def claims(path: str, condition: Condition) -> tuple[Claim, Claim]:
    """Return the two claims about a path: 4 KB entries against 1 GB, and 1 GB against other pages in 1 GB.

    By how much this process itself, whose entries are all alike, reads one set more slowly is taken off; a page that is
    cleared is of no set, so that there is nothing to take off.
    """
    told = TOLD[path]
    return (
        between(path, "4k", f"{told} takes at least 2 % longer through 4 KB entries than through 1 GB.", condition),
        between(path, "1g_other", f"{told} takes as long, within 2 %, on other pages in 1 GB entries.", condition),
    )


def between(path: str, treatment: str, text: str, condition: Condition) -> Claim:
    """Return the claim that compares a set with that in 1 GB entries."""
    same = treatment == "1g_other"
    return Claim(
        name=f"{path}-same-size" if same else f"{path}-split-4k",
        text=text[0].upper() + text[1:] if path == "clear" else text,
        metric=f"{path}_{treatment}",
        baseline_metric=f"{path}_1g",
        control=None if path == "clear" else ("user_1g", f"user_{treatment}"),
        statistic="p50",
        baseline=condition,
        treatment=condition,
        relation="equivalent" if same else "greater",
        smallest_effect=EFFECT,
        source="" if same else LWN,
    )
