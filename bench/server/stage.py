"""The stage: one server and its load for as long as a timeline takes, then nothing of either."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.host.belonging import Belongings
from bench.server.command import Follower, other_user, refused, with_lines
from bench.server.package import find_programs, told_version
from bench.server.spec import Place, Server
from workloads.spec import Failed, Unsupported

READY_S, PAUSE_S, ANSWER_S = 30.0, 0.02, 1.0
TRIES = 5
"""A port that was free a moment ago can be somebody else's by now."""
TAKEN = b"ddress already in use"


@dataclass(frozen=True, slots=True)
class Standing:
    """A server that answers and is under load; `address` is where it is asked."""

    name: str
    version: str
    address: str
    folder: Path
    server: subprocess.Popen[bytes]
    load: subprocess.Popen[bytes]

    def ended(self) -> Failed | None:
        """Return that the server or its load has ended, with its last lines, None where both are there."""
        for what, slug, child, log in (
            (self.name, "server-ended", self.server, server_log(self.folder)),
            (f"the load of {self.name}", "load-ended", self.load, load_log(self.folder)),
        ):
            if child.poll() is not None:
                return Failed(slug, with_lines(f"{what} ended with {child.returncode}", log.read_bytes(), self.folder))
        return None


@contextlib.contextmanager
def stage(server: Server, cpus: tuple[int, ...]) -> Iterator[Standing | Unsupported]:
    """Start a server and its load on some CPUs; yields them, or why they cannot be had, and leaves nothing behind."""
    found = find_programs(server)
    if isinstance(found, Unsupported):
        yield found
        return
    with Belongings() as own:
        yield set_up(server, found, cpus, own)


def set_up(server: Server, found: dict[str, str], cpus: tuple[int, ...], own: Belongings) -> Standing | Unsupported:
    """Make a folder, prepare and start a server in it, fill it, and put it under load."""
    folder = own.make_folder(server.name)
    if isinstance(folder, Unsupported):
        return folder
    try:
        return put_up(server, Place(folder, 0, found), Follower(folder, cpus, other_user()), own)
    except OSError as error:
        return refused(f"{server.name}: {error.strerror}", b"", folder)


def put_up(server: Server, place: Place, by: Follower, own: Belongings) -> Standing | Unsupported:
    """Do it in a folder that is there."""
    give_to(by, place.folder)
    for command in server.prepare(place):
        if lack := by.run(command):
            return lack
    started = start_on_free_port(server, place, by, own)
    if isinstance(started, Unsupported):
        return started
    place, child = started
    own.adopt_group(server.name, child)
    for command in server.fill(place):
        if lack := by.run(command):
            return lack
    load = by.start(server.load(place), signal.SIGTERM, load_log(place.folder))
    own.adopt(f"the load of {server.name}", load, signal.SIGTERM)
    return Standing(server.name, told_version(server, place.found), server.address(place), place.folder, child, load)


def start_on_free_port(
    server: Server, place: Place, by: Follower, own: Belongings
) -> tuple[Place, subprocess.Popen[bytes]] | Unsupported:
    """Start a server on a port that nobody has, on another where somebody was faster."""
    log = server_log(place.folder)
    for _ in range(TRIES):
        log.write_bytes(b"")
        place = replace(place, port=free_port())
        write_files(server, place, by)
        child = by.start(server.start(place), server.stop, log)
        own.adopt(server.name, child, server.stop)
        if wait_until_ready(server, place, child):
            return place, child
        if TAKEN not in log.read_bytes():
            break
    return refused(f"{server.name} does not answer", log.read_bytes(), place.folder)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_files(server: Server, place: Place, by: Follower) -> None:
    """Write a server's settings, its own to read."""
    for name, text in server.files(place).items():
        path = place.folder / name
        path.write_text(text)
        give_to(by, path)


def give_to(by: Follower, path: Path) -> None:
    """Give a file or a folder to the user that the server runs as."""
    if by.user:
        os.chown(path, *by.user)


def wait_until_ready(server: Server, place: Place, child: subprocess.Popen[bytes]) -> bool:
    """Wait until a server gives the answer that it should; False where it ended, or is not ready in READY_S."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until and child.poll() is None:
        if answers(server, place):
            return True
        time.sleep(PAUSE_S)
    return False


def answers(server: Server, place: Place) -> bool:
    """Tell whether a server is there and answers as it should."""
    host, _, port = server.address(place).rpartition(":")
    kind, address = (socket.AF_INET, (host, int(port))) if host else (socket.AF_UNIX, server.address(place))
    with contextlib.suppress(OSError), socket.socket(kind) as caller:
        caller.settimeout(ANSWER_S)
        caller.connect(address)
        caller.sendall(server.question.ask)
        return caller.recv(64).startswith(server.question.answer)
    return False


def server_log(folder: Path) -> Path:
    """Return where a server's words go."""
    return folder / "server.log"


def load_log(folder: Path) -> Path:
    """Return where its load generator's words go."""
    return folder / "load.log"
