"""A victim that is a server has one beside it, on its CPU, and its end in the middle is the run's failure."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bench.run.serve import Outcome, serve
from bench.server.spec import Server
from workloads.program import Success
from workloads.spec import Condition, Failed, Unsupported

GOOD = Success({})
GONE = Failed("server-ended", "redis ended with -9")


@dataclass
class Standing:
    """A server that stands nowhere."""

    end: Failed | None = None
    address: str = "127.0.0.1:6379"
    version: str = "redis-server 7.0.15"

    def ended(self) -> Failed | None:
        return self.end


@dataclass
class Stage:
    """Remembers which server was wanted where, and gives what it was told."""

    given: Standing | Unsupported
    wanted: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    open: bool = False

    @contextlib.contextmanager
    def __call__(self, server: Server, cpus: tuple[int, ...]) -> Iterator[Any]:
        self.wanted.append((server.name, cpus))
        self.open = True
        yield self.given
        self.open = False


def made(stage: Stage, outcome: Outcome = GOOD, **factors: str | int) -> tuple[Outcome, list[tuple[str, ...]]]:
    """Return what came of a start, and with which flags there was one."""
    seen: list[tuple[str, ...]] = []

    def start(more: tuple[str, ...]) -> Outcome:
        seen.append(more)
        assert stage.open == bool(more)
        return outcome

    return serve(Condition.of("neighbour_throughput", **factors), (3, 2, 1, 0), start, stage), seen


def test_victim_that_is_no_server_starts_alone() -> None:
    stage = Stage(Standing())
    assert made(stage, victim="compute") == (GOOD, [()])
    assert made(stage) == (GOOD, [()])
    assert stage.wanted == []


def test_program_is_told_where_the_server_listens() -> None:
    stage = Stage(Standing())
    outcome, seen = made(stage, victim="redis")
    assert isinstance(outcome, Success) and outcome.report["settings"] == {"server": "redis-server 7.0.15"}
    assert seen == [("--server", "127.0.0.1:6379")]
    assert stage.wanted == [("redis", (3,))] and not stage.open


@pytest.mark.parametrize(
    ("victim", "victims", "cpus"),
    [("nginx", 2, (3, 2)), ("compute+nginx", 2, (2,)), ("compute+nginx", 4, (2, 0)), ("nginx+timer", 1, (3,))],
)
def test_server_is_on_the_cpus_of_the_victims_of_its_name(victim: str, victims: int, cpus: tuple[int, ...]) -> None:
    stage = Stage(Standing())
    made(stage, victim=victim, victims=victims)
    assert stage.wanted == [("nginx", cpus)]


def test_nothing_starts_where_the_server_cannot_be_had() -> None:
    refusal = Unsupported("server-missing", "redis: not installed", "apt-get install redis-server")
    assert made(Stage(refusal), victim="redis") == (refusal, [])


@pytest.mark.parametrize("outcome", [GOOD, Failed("program-failed", "a neighbour could not do its work")])
def test_end_of_the_server_is_the_reason_whatever_the_program_says(outcome: Outcome) -> None:
    assert made(Stage(Standing(GONE)), outcome, victim="redis")[0] == GONE


def test_failure_of_the_program_under_a_server_that_stands_is_its_own() -> None:
    failure = Failed("program-failed", "a neighbour could not do its work")
    assert made(Stage(Standing()), failure, victim="redis")[0] == failure
