"""The matrix of attempts: who gets at the bytes of a kind of memory, and how; what came of each in all runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.load import Result, readings
from workloads.access import KILLED, NOT_HERE, WAYS, WHO, WITHOUT_EFFECT, WORKLOAD

GUARDED = "guarded"
"""Another process, where the owner has forbidden to look into it."""
Key = tuple[str, str, str]
"""Who, the kind of memory, the way."""

WORKS, NOTHING, ZERO = "works", "nothing", "zero"
AFTER = "after_free"
NO_DATA = 61
# fmt: off
ERRORS = {
    1: "EPERM", 2: "ENOENT", 3: "ESRCH", 4: "EINTR", 5: "EIO", 6: "ENXIO", 7: "E2BIG",
    8: "ENOEXEC", 9: "EBADF", 10: "ECHILD", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 14: "EFAULT",
    16: "EBUSY", 17: "EEXIST", 19: "ENODEV", 22: "EINVAL", 25: "ENOTTY", 28: "ENOSPC", 29: "ESPIPE",
    30: "EROFS", 32: "EPIPE", 38: "ENOSYS", 61: "ENODATA", 75: "EOVERFLOW", 95: "EOPNOTSUPP", 105: "ENOBUFS",
}
# fmt: on
SIGNALS = {4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 9: "SIGKILL", 11: "SIGSEGV", 14: "SIGALRM"}
"""Linux's own numbers, which are not those of every system that a report may be written on."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """What came of every attempt: how often each word, by who, kind of memory and way.

    `user` says who started it: "root", so that owner, child and other were an ordinary user, or "ordinary".
    """

    user: str
    found: dict[Key, Counter[str]]

    def told(self, who: str, backing: str, way: str) -> str:
        """Return the outcome in a word, the words with how often where runs differ, "" where it is not that one's."""
        counted = self.found.get((who, backing, way), Counter())
        if len(counted) < 2:
            return next(iter(counted), "")
        return ", ".join(f"{word} {times}x" for word, times in sorted(counted.items()))

    def pair(self, who: str, way: str) -> str:
        """Return the outcome with secret and with ordinary memory, once where nothing could be tried with either."""
        secret, ordinary = (self.told(who, backing, way) for backing in ("secret", "memfd"))
        if not secret and not ordinary:
            return ""
        return secret if secret == ordinary and secret.startswith("(") else f"{secret or '-'} / {ordinary or '-'}"

    @property
    def whose(self) -> tuple[str, ...]:
        """Return who tried anything."""
        return tuple(who for who in (*WHO, GUARDED) if any(key[0] == who for key in self.found))

    @property
    def ways(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the families with those of their ways that anybody tried, or would have."""
        tried = {way for _, _, way in self.found}
        for family, ways in WAYS.items():
            if here := tuple(way for way in ways if way in tried):
                yield family, here


def matrix(result: Result) -> Matrix | None:
    """Return the matrix of a result, None where nobody tried anything."""
    if all(condition.workload != WORKLOAD.name for condition in result.manifest.experiment.conditions):
        return None
    every = {way for ways in WAYS.values() for way in ways}
    found: dict[Key, Counter[str]] = {}
    users: set[str] = set()
    for run, values in readings(result):
        if run.trial.condition.workload != WORKLOAD.name:
            continue
        who, guarded, backing = (
            str(WORKLOAD.value(run.trial.condition, name)) for name in ("who", "guarded", "backing")
        )
        who = GUARDED if guarded == "yes" else who
        settings = run.native.settings if run.native else {}
        users.add(str(settings.get("user", "unknown")))
        words = {way: word(way, int(values[way][0])) for way in values.keys() & every}
        for way, outcome in (words | lacking(str(settings.get("ways_lacking", "")))).items():
            found.setdefault((who, backing, way), Counter())[outcome] += 1
    return Matrix(" and ".join(sorted(users)), found) if found else None


def lacking(told: str) -> dict[str, str]:
    """Return the ways that could not be tried, each with the errno that says why in brackets."""
    pairs = (each.partition(":") for each in told.split())
    return {way: f"({name})" for way, _, name in pairs}


def word(way: str, code: int) -> str:
    """Return an outcome as a word; see workloads/access/way.h for the codes."""
    if code == 0:
        return WORKS
    if way == AFTER and code == NO_DATA:
        return ZERO
    if code < KILLED:
        return ERRORS.get(code, f"errno {code}")
    if code < WITHOUT_EFFECT:
        return SIGNALS.get(code - KILLED, f"signal {code - KILLED}")
    return NOTHING if code < NOT_HERE else f"({ERRORS.get(code - NOT_HERE, 'unknown')})"
