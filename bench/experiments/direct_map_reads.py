"""Does the kernel read memory more slowly where its direct map is in small pages, as secret memory leaves it?"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.spec import Condition

MIB, GIB = 1 << 20, 1 << 30
HUGE_BYTES = 2 * MIB
QUICK = 64 * MIB
FULL_FOOTPRINTS = (1 * MIB, 4 * MIB, 16 * MIB, 64 * MIB, 256 * MIB)
"""From inside the caches to beyond the reach of any L2 TLB in 4 KB entries."""
CENTRE, SEQUENTIAL, GIANT = 64 * MIB, 16 * MIB, 256 * MIB
EFFECT = 0.02
LWN = "LWN, memfd_secret() in 5.14 (2021)"
ROUNDS = 12
PAIRS = (
    ("split-4k", "1g", "4k", "greater", "at least 2 % more slowly through 4 KB entries than through 1 GB"),
    ("split-4k-2m", "2m", "4k", "greater", "at least 2 % more slowly through 4 KB entries than through 2 MB"),
    ("split-1g", "1g", "2m", "equivalent", "as fast, within 2 %, through 2 MB entries as through 1 GB"),
    ("same-1g", "1g", "1g_other", "equivalent", "as fast, within 2 %, from other pages in 1 GB entries"),
    ("same-2m", "2m", "2m_other", "equivalent", "as fast, within 2 %, from other pages in 2 MB entries"),
)
"""The claims by name: baseline, treatment, relation, and what the kernel is said to do."""


def design(wish: Wish) -> Experiment:
    """Return the experiment as wished."""
    quick = wish.profile == "quick"
    return Experiment(
        name="direct_map_reads",
        question="Does the kernel read memory more slowly where its direct map is in small pages?",
        profile=wish.profile,
        claims=claims(QUICK if quick else CENTRE),
        conditions=(kernel(QUICK), program(QUICK)) if quick else full_conditions(wish.cpus),
        blocks=6 if quick else 20,
        split_budget_bytes=wish.split_budget_bytes,
    )


def kernel(footprint: int, pattern: str = "random", threads: int = 1) -> Condition:
    """Return the condition in which the kernel reads so many bytes of each size."""
    return Condition.of("tlb_pressure", footprint=footprint, pattern=pattern, threads=threads, rounds=ROUNDS)


def program(footprint: int, backing: str = "thp") -> Condition:
    """Return the control in which a program reads so many bytes of its own, in small and in huge pages."""
    huge_bytes = GIB if backing == "hugetlb_1g" else HUGE_BYTES
    pages = max(1, footprint // huge_bytes)
    return Condition.of("tlb_reach", backing=backing, pages=pages, footprint=footprint, rounds=ROUNDS)


def full_conditions(cpus: int) -> tuple[Condition, ...]:
    """Return every footprint with its control; at the centre all CPUs at once; in order; and pages of 1 GB."""
    crowd = (kernel(CENTRE, threads=cpus),) if cpus > 1 else ()
    return (
        *map(kernel, FULL_FOOTPRINTS),
        *map(program, FULL_FOOTPRINTS[1:]),
        *crowd,
        kernel(SEQUENTIAL, "sequential"),
        program(GIANT, "hugetlb_1g"),
    )


def claims(footprint: int) -> tuple[Claim, ...]:
    """Return the claims about one footprint: both fears, what was said of 2 MB, and the controls."""
    own = Claim(
        name="program-4k",
        text="A program reads its own memory at least 2 % more slowly in 4 KB pages than in 2 MB ones.",
        metric="small_pages",
        baseline_metric="huge_pages",
        statistic="p50",
        baseline=program(footprint),
        treatment=program(footprint),
        relation="greater",
        smallest_effect=EFFECT,
    )
    return (*(between(*pair, footprint) for pair in PAIRS), own)


def between(name: str, baseline: str, treatment: str, relation: str, told: str, footprint: int) -> Claim:
    """Return the claim that compares the kernel's reads through two sizes of entries.

    By how much this process itself, whose entries are all alike, reads one set more slowly is taken off.
    """
    return Claim(
        name=name,
        text=f"The kernel reads {footprint // MIB} MB {told}.",
        metric=f"kernel_{treatment}",
        baseline_metric=f"kernel_{baseline}",
        control=(f"user_{baseline}", f"user_{treatment}"),
        statistic="p50",
        baseline=kernel(footprint),
        treatment=kernel(footprint),
        relation="greater" if relation == "greater" else "equivalent",
        smallest_effect=EFFECT,
        source=LWN if name.startswith("split") else "",
    )
