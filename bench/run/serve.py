"""Serve a victim that is a real server: it stands, under load, for as long as the program that watches it runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from bench.server.catalog import find
from bench.server.spec import Server
from bench.server.stage import Standing, stage
from workloads.program import Success
from workloads.spec import Condition, Failed, Unsupported

Outcome = Success | Unsupported | Failed
Start = Callable[[tuple[str, ...]], Outcome]
"""Runs a program with some flags more."""
Stage = Callable[[Server, tuple[int, ...]], AbstractContextManager[Standing | Unsupported]]


def serve(condition: Condition, cpus: tuple[int, ...], start: Start, stage: Stage = stage) -> Outcome:
    """Return what came of a start, with the server beside it that the condition has as a victim, if it has one.

    What was measured while the server or its load had ended is not what was asked for: it is Failed then.
    """
    server = served(condition)
    if server is None:
        return start(())
    with stage(server, seats(condition, server, cpus)) as standing:
        if isinstance(standing, Unsupported):
            return standing
        outcome = start(("--server", standing.address))
        return standing.ended() or with_version(outcome, standing.version)


def with_version(outcome: Outcome, version: str) -> Outcome:
    """Return a success with the server's version among its settings."""
    if not isinstance(outcome, Success):
        return outcome
    settings = {**outcome.report.get("settings", {}), "server": version}
    return replace(outcome, report={**outcome.report, "settings": settings})


def names(condition: Condition) -> list[str]:
    """Return what the victims of a condition are, in their order."""
    return str(condition.get("victim") or "").split("+")


def served(condition: Condition) -> Server | None:
    """Return the server that a condition has as a victim, the first where there are several; None where it has none."""
    return next((server for name in names(condition) if (server := find(name))), None)


def seats(condition: Condition, server: Server, cpus: tuple[int, ...]) -> tuple[int, ...]:
    """Return the CPUs of a server: those of the victims of its name, who take the first CPUs in turn."""
    order, victims = names(condition), condition.get("victims")
    count = victims if isinstance(victims, int) else 1
    return tuple(cpu for k, cpu in enumerate(cpus[:count]) if order[k % len(order)] == server.name)
