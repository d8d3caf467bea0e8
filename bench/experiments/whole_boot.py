"""What does everything cost in a boot whose direct map is all in entries of one size?

The one experiment that a single result cannot answer: it is made once in each boot of a series (bench/boot/), and its
claims between boots, which the series' plan holds, are judged over boots. The claims of the experiment itself are
controls within one boot. There is no budget, so that nothing is split on purpose: a boot is to stay what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.experiments.direct_map_reads import PAIRS, program
from bench.experiments.direct_map_reads import between as reads_between
from bench.experiments.wish import Wish
from bench.model.boot import BootClaim, Kind
from bench.model.claim import Claim, Relation
from bench.model.experiment import Experiment
from workloads.spec import Condition

NAME = "whole_boot"
MIB = 1 << 20
FOOTPRINT, ROUNDS = 64 * MIB, 12
VICTIMS = ("compute", "null_syscall", "pipe", "page_cache_read", "mmap_munmap", "page_fault", "fork")
"""The first is the control: it makes no system call and touches next to no memory."""
QUICK_MS, FULL_MS = 150, 300
SECRET_PAGES = 256
PATHS = {"readv": "process_vm_readv", "pread": "pread from the page cache", "pwrite": "pwrite to the page cache",
         "pipe": "vmsplice and read through a pipe", "send": "sendfile and recv over the loopback"}  # fmt: skip
SIZES = {"1g": "1 GB", "2m": "2 MB"}
EFFECT, TOUCH_EFFECT = 0.02, 0.05
LWN = "LWN, memfd_secret() in 5.14 (2021)"


def design(wish: Wish) -> Experiment:
    """Return the experiment as wished: about five minutes a boot in the quick profile, ten in full."""
    conditions = (reads(), paths(), program(FOOTPRINT), secret(), *(doing(victim, wish) for victim in VICTIMS))
    return Experiment(
        name=NAME,
        question="What do reads, system calls and secrets cost in a boot whose direct map is in entries of one size?",
        profile=wish.profile,
        claims=within(),
        conditions=conditions,
        blocks=10 if wish.profile == "quick" else 20,
    )


def reads() -> Condition:
    """Return the condition in which the kernel reads through its direct map."""
    return Condition.of("tlb_pressure", footprint=FOOTPRINT, pattern="random", threads=1, rounds=ROUNDS)


def paths() -> Condition:
    """Return the condition in which pages are visited by whole paths through the kernel."""
    return Condition.of("kernel_path", footprint=FOOTPRINT, rounds=ROUNDS)


def secret() -> Condition:
    """Return the condition of a secret page's first touch: a megabyte, which is secret again in each block."""
    return Condition.of("fault_latency", backing="secret", pages=SECRET_PAGES, history="reused")


def doing(victim: str, wish: Wish) -> Condition:
    """Return the condition in which a process does one thing, with no neighbour."""
    window_ms = QUICK_MS if wish.profile == "quick" else FULL_MS
    return Condition.of("neighbour_throughput", victim=victim, aggressor="none", rate=0, window_ms=window_ms)


def within() -> tuple[Claim, ...]:
    """Return the controls within a boot: other pages in entries of the same size are read as fast."""
    return tuple(reads_between(*pair, FOOTPRINT) for pair in PAIRS if pair[0].startswith("same"))


def between_boots(wish: Wish, kinds: Sequence[Kind]) -> tuple[BootClaim, ...]:
    """Return the claims that each kind, as against the first one, is judged by."""
    return tuple(claim for kind in kinds[1:] for claim in claims(wish, kinds[0], kind))


def claims(wish: Wish, base: Kind, kind: Kind) -> Iterator[BootClaim]:
    """Yield the claims about two kinds of boots: reads and paths, what processes do, secrets, and the controls."""
    relation: Relation = "greater" if kind.entries == "4k" else "equivalent"
    if {base.entries, kind.entries} <= set(SIZES):  # of 4 KB alone the programs take nothing: they want two sets
        yield through(base, kind, reads(), "kernel", f"A read of {FOOTPRINT // MIB} MB by the kernel")
        for path, name in PATHS.items():
            yield through(base, kind, paths(), path, f"{name[0].upper()}{name[1:]}")
    for victim in VICTIMS[1:]:
        yield done(base, kind, victim, wish, relation)
    yield boot_claim(
        base, kind, "secret", "The first touch of a secret page takes {} as long, within 5 %.", secret(),
        "first_touch", "first_touch", "equivalent", TOUCH_EFFECT,
    )  # fmt: skip
    yield control(base, kind, "compute", doing(VICTIMS[0], wish), "operations", "A process that only computes does")
    for size in ("small", "huge"):
        what = f"A program that reads its own memory in {size} pages does"
        yield control(base, kind, f"program-{size}", program(FOOTPRINT), f"{size}_pages", what)


def through(base: Kind, kind: Kind, condition: Condition, path: str, what: str) -> BootClaim:
    """Return the claim about a path through entries of each boot's own size, less what the program itself sees."""
    sizes = base.entries, kind.entries
    text = f"{what} takes as long, within 2 %, where all the direct map is in {SIZES[kind.entries]} as where it is in "
    return boot_claim(
        base, kind, path, text + f"{SIZES[base.entries]}.", condition, f"{path}_{sizes[0]}", f"{path}_{sizes[1]}",
        "equivalent", EFFECT, (f"user_{sizes[0]}", f"user_{sizes[1]}"),
    )  # fmt: skip


def done(base: Kind, kind: Kind, victim: str, wish: Wish, relation: Relation) -> BootClaim:
    """Return the claim about how often something is done in a second."""
    less: Relation = "less" if relation == "greater" else "equivalent"
    told = "at least 2 % less often" if less == "less" else "as often, within 2 %,"
    text = f"{victim} is done {told} in a boot of kind {kind.name} as in one of kind {base.name}."
    condition = doing(victim, wish)
    return boot_claim(base, kind, f"does-{victim}", text, condition, "operations", "operations", less, EFFECT)


def control(base: Kind, kind: Kind, name: str, condition: Condition, metric: str, what: str) -> BootClaim:
    """Return a control: what has nothing to do with the direct map must not differ between the boots."""
    return boot_claim(
        base, kind, f"same-{name}", f"{what} so alike in both kinds of boots, within 2 %: the control.", condition,
        metric, metric, "equivalent", EFFECT,
    )  # fmt: skip


def boot_claim(
    base: Kind, kind: Kind, name: str, text: str, condition: Condition, baseline_metric: str, metric: str,
    relation: Relation, effect: float, taken_off: tuple[str, str] | None = None,
) -> BootClaim:  # fmt: skip
    """Return a claim about one workload in two kinds of boots."""
    return BootClaim(
        name=f"{name}-{kind.name}-{base.name}",
        text=text.format(f"in a boot of kind {kind.name}, as in one of kind {base.name},"),
        metric=metric,
        baseline_metric=baseline_metric,
        statistic="mean" if metric == "operations" else "p50",
        baseline=condition,
        treatment=condition,
        relation=relation,
        smallest_effect=effect,
        control=taken_off,
        source=LWN if taken_off else "",
        baseline_boot=base.name,
        treatment_boot=kind.name,
    )
