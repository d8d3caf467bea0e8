"""A server as data: its programs and packages, what it is started with, its load, and how it says that it is there."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Words = tuple[str, ...]
"""A command line."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program by the names that it may have, and the package of each package manager that brings it.

    `folders` are patterns of folders, from the root, that come before those of PATH; `units` are the services that its
    package would start by itself.
    """

    names: tuple[str, ...]
    packages: dict[str, str]
    folders: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server stands: a folder that is its own, a port that was free, and its programs by their first name."""

    folder: Path
    port: int
    found: dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent to a server that should be ready, and how its answer then begins."""

    ask: bytes
    answer: bytes


@dataclass(frozen=True, slots=True)
class Server:
    """A server that can be a victim; the functions say what belongs to a place, and touch nothing.

    Its first program tells its version where it is called with `version`. `prepare` are commands before its start,
    `fill` commands once it answers, `load` its usual load generator. `address` is a unix socket's path or host:port.
    `stop` ends it at once and in good order.
    """

    name: str
    programs: tuple[Program, ...]
    version: str
    stop: signal.Signals
    files: Callable[[Place], dict[str, str]]
    prepare: Callable[[Place], tuple[Words, ...]]
    start: Callable[[Place], Words]
    fill: Callable[[Place], tuple[Words, ...]]
    load: Callable[[Place], Words]
    address: Callable[[Place], str]
    question: Question


def tcp(place: Place) -> str:
    """Return the address of a server that listens on its port of the loopback."""
    return f"127.0.0.1:{place.port}"


def nothing(place: Place) -> tuple[Words, ...]:
    """Return no command."""
    return ()
