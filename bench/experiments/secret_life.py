"""What does each phase of a secret's life cost, by the way in which a program holds its secrets?"""

from __future__ import annotations

from bench.experiments.wish import Wish
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from workloads.spec import Condition

WAYS = ("file_each", "arena", "arena_reuse", "malloc", "mmap_mlock", "memfd_mlock")
KIB, MIB = 1024, 1024 * 1024
QUICK_SIZES = ((4 * KIB, 64), (64 * KIB, 16), (1 * MIB, 4))
FULL_SIZES = (*QUICK_SIZES, (16 * KIB, 32), (256 * KIB, 8), (4 * MIB, 1), (8 * MIB, 1), (64 * MIB, 1))
"""Size of one secret in bytes, and how many are held at once; what the limit forbids is shrunk, and said."""


def design(wish: Wish) -> Experiment:
    """Return the experiment; it needs one CPU and uses no other."""
    return Experiment(
        name="secret_life",
        question="What does each phase of a secret's life cost, by the way in which a program holds its secrets?",
        profile=wish.profile,
        claims=(*of_holding(), *of_processes(wish.pages)),
        conditions=(*lives(QUICK_SIZES if wish.profile == "quick" else FULL_SIZES), *processes(wish.pages)),
        blocks=20 if wish.profile == "quick" else 40,
    )


def life(way: str, size: int, count: int) -> Condition:
    """Return the condition in which `count` secrets of `size` bytes are held in one way."""
    return Condition.of("alloc_latency", way=way, size=size, count=count)


def lives(sizes: tuple[tuple[int, int], ...]) -> tuple[Condition, ...]:
    """Return every way at every size."""
    return tuple(life(way, size, count) for size, count in sizes for way in WAYS)


def process(event: str, backing: str, pages: int, cloexec: str = "yes") -> Condition:
    """Return the condition in which a process with so many pages of a backing mapped forks or executes, 32 times."""
    return Condition.of("process_latency", event=event, backing=backing, cloexec=cloexec, pages=pages, repeats=32)


def processes(pages: int) -> tuple[Condition, ...]:
    """Return fork under each backing, and execve with the descriptor closed and left open."""
    backings = ("none", "anonymous", "anonymous_locked", "memfd", "secret")
    forks = tuple(process("fork", backing, pages) for backing in backings)
    execs = (("none", "yes"), ("secret", "yes"), ("secret", "no"))
    return (*forks, *(process("execve", backing, pages, cloexec) for backing, cloexec in execs))


def of_holding() -> tuple[Claim, ...]:
    """Return the claims about ways of holding secrets."""
    return (
        Claim(
            name="arena-reuse",
            text="A used block of an arena is ready in less than half the time of a secret file of its own.",
            metric="ready",
            statistic="p50",
            baseline=life("file_each", *QUICK_SIZES[0]),
            treatment=life("arena_reuse", *QUICK_SIZES[0]),
            relation="less",
            smallest_effect=1.0,
        ),
        Claim(
            name="secret-against-mlock",
            text="A new 64 KB secret is ready at least 10 % later than 64 KB of locked ordinary memory.",
            metric="ready",
            statistic="p50",
            baseline=life("mmap_mlock", *QUICK_SIZES[1]),
            treatment=life("file_each", *QUICK_SIZES[1]),
            relation="greater",
            smallest_effect=0.1,
        ),
    )


def of_processes(pages: int) -> tuple[Claim, ...]:
    """Return the claims about fork and execve."""
    return (
        Claim(
            name="fork",
            text="A fork with secret memory mapped takes at least 5 % less than with as much anonymous memory.",
            metric="fork",
            statistic="p50",
            baseline=process("fork", "anonymous", pages),
            treatment=process("fork", "secret", pages),
            relation="less",
            smallest_effect=0.05,
        ),
        Claim(
            name="execve-cloexec",
            text="An execve costs the same, within 5 %, whether the secret descriptor is closed by it or left open.",
            metric="execve",
            statistic="p50",
            baseline=process("execve", "secret", pages, cloexec="yes"),
            treatment=process("execve", "secret", pages, cloexec="no"),
            relation="equivalent",
            smallest_effect=0.05,
            source="memfd_secret(2): the area goes on execve with O_CLOEXEC",
        ),
    )
