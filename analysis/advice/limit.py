"""Limits: at how many secrets which limit stops a way, and what happens there."""

from __future__ import annotations

from collections.abc import Callable

from analysis.advice.layout import Layout, layout
from analysis.advice.way import find
from analysis.advice.wish import Wish
from bench.model.environment import Environment
from bench.model.record import Record

USUAL_MEMLOCK_BYTES, USUAL_DESCRIPTORS, USUAL_MAPPINGS = 8 << 20, 1024, 65530
"""Defaults: RLIMIT_MEMLOCK since Linux 5.16 (commit 9dcc38e2813e), soft RLIMIT_NOFILE, vm.max_map_count."""
OPEN_DESCRIPTORS = 3
"""stdin, stdout and stderr; whatever else a program has open comes on top."""
OPEN_MAPPINGS = 30
"""About what a small program has mapped itself: code, libraries, stack and heap."""
MOST_SECRETS = 1 << 62
USUAL, MEMLOCK, NOFILE, MAPS = "the usual 8 MB", "RLIMIT_MEMLOCK", "RLIMIT_NOFILE", "vm.max_map_count"
MEMORY = "all memory"
Takes = Callable[[Layout], int]
AT_MMAP = "mmap of the next area fails with EAGAIN: a program can see it and go on"
AT_FAULT = (
    "the touch that goes beyond ends the process by SIGBUS, however mmap went before: touch all of it at the start"
)
AT_MLOCK = "mlock fails with ENOMEM, and the pages stay where they may be swapped out"
AT_OPEN = "the next memfd_secret or memfd_create fails with EMFILE; a file may be closed once it is mapped"
AT_MAP = "the next mmap fails with ENOMEM"
AT_MEMORY = "locked pages cannot be swapped out: the kernel ends processes until there is room"


class Limits(Record):
    """The limits that hold: locked bytes, open files, mappings, memory; None is none. `said_by`: where from.

    `regime` and `scope` are where RLIMIT_MEMLOCK is checked for secret memory, and for whom, as found by trying.
    """

    memlock_bytes: int | None
    exempt: bool
    regime: str
    scope: str
    descriptors: int | None
    mappings: int | None
    memory_bytes: int
    said_by: str


class Stop(Record):
    """A limit, what it allows, how many secrets fit, whether the wish does, and what happens."""

    limit: str
    allowed: int
    most_secrets: int
    fits: bool
    happens: str


def usual(environment: Environment) -> Limits:
    """Return a result's own memory and limit of it, as they were found, beside the usual defaults of the others.

    They are those of a program without privileges, whatever the lab was when it measured.
    """
    limit = environment.limit
    return Limits(
        memlock_bytes=limit.soft_bytes,
        exempt=False,
        regime=limit.regime,
        scope=limit.scope,
        descriptors=USUAL_DESCRIPTORS,
        mappings=USUAL_MAPPINGS,
        memory_bytes=environment.memory_bytes,
        said_by="locked memory as the result has it, usual defaults of files and mappings",
    )


def stops(way: str, wish: Wish, limits: Limits) -> tuple[Stop, ...]:
    """Return what stops a way: the usual limit of locked memory first, for comparison, then the limits that hold."""
    bounds: tuple[tuple[str, int | None, Takes, str], ...] = (
        (USUAL, USUAL_MEMLOCK_BYTES, lambda held: held.locked_bytes, at_memlock(way, limits.regime)),
        (MEMLOCK, limits.memlock_bytes, lambda held: held.locked_bytes, at_memlock(way, limits.regime)),
        (NOFILE, limits.descriptors, lambda held: held.files + OPEN_DESCRIPTORS, AT_OPEN),
        (MAPS, limits.mappings, lambda held: held.mappings + OPEN_MAPPINGS, AT_MAP),
        (MEMORY, limits.memory_bytes, lambda held: held.locked_bytes, AT_MEMORY),
    )
    return tuple(
        stop(way, wish, name, allowed, takes, happens)
        for name, allowed, takes, happens in bounds
        if allowed is not None
    )


def at_memlock(way: str, regime: str) -> str:
    """Return what happens where no more may be locked."""
    if not find(way).secret:
        return AT_MLOCK
    told = {"mmap": AT_MMAP, "fault": AT_FAULT}
    return told.get(regime, "not found out here: ./lab doctor tries it")


def stop(way: str, wish: Wish, name: str, allowed: int, takes: Takes, happens: str) -> Stop:
    """Return where one limit stops a way."""

    def fits(secrets: int) -> bool:
        return takes(layout(way, wish.model_copy(update={"secrets": secrets}))) <= allowed

    return Stop(limit=name, allowed=allowed, most_secrets=most(fits), fits=fits(wish.secrets), happens=happens)


def most(fits: Callable[[int], bool]) -> int:
    """Return the largest number that fits, at most MOST_SECRETS; 0 where not even one does. What fits has no gaps."""
    low, high = 0, MOST_SECRETS
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def binding(found: tuple[Stop, ...], limits: Limits) -> Stop:
    """Return the limit that holds and stops first; one that the process is exempt from does not.

    The usual 8 MB are for comparison, and bind nobody.
    """
    holds = [each for each in found if each.limit != USUAL and not (each.limit == MEMLOCK and limits.exempt)]
    return min(holds, key=lambda each: each.most_secrets)
