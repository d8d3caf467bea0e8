"""Redis, or Valkey where the distribution has that instead, loaded by its own benchmark with GET."""

from __future__ import annotations

import signal

from bench.server.spec import Place, Program, Question, Server, Words, nothing, tcp

KEYS, FILLS, VALUE_BYTES, CLIENTS = 1000, 10_000, 64, 4
"""Each key is set ten times on the average, so that next to none is missing."""
SETTINGS = """\
bind 127.0.0.1
port {port}
daemonize no
save ""
appendonly no
dir {folder}
"""


def files(place: Place) -> dict[str, str]:
    """Return its settings: everything in memory, nothing on disk."""
    return {"redis.conf": SETTINGS.format(port=place.port, folder=place.folder)}


def start(place: Place) -> Words:
    """Return its command line."""
    return (place.found["redis-server"], str(place.folder / "redis.conf"))


def benchmark(place: Place, *words: str) -> Words:
    """Return a command line of its load generator, over all keys."""
    common = ("-h", "127.0.0.1", "-p", str(place.port), "-c", str(CLIENTS), "-r", str(KEYS), "-d", str(VALUE_BYTES))
    return (place.found["redis-benchmark"], *common, "-q", *words)


def fill(place: Place) -> tuple[Words, ...]:
    """Return what sets the keys."""
    return (benchmark(place, "-t", "set", "-n", str(FILLS)),)


def load(place: Place) -> Words:
    """Return what gets them, without end."""
    return benchmark(place, "-t", "get", "-l")


SERVER = Server(
    name="redis",
    programs=(
        Program(
            ("redis-server", "valkey-server"),
            {"apt-get": "redis-server", "dnf": "valkey"},
            units=("redis-server.service",),
        ),
        Program(("redis-benchmark", "valkey-benchmark"), {"apt-get": "redis-tools", "dnf": "valkey"}),
    ),
    version="--version",
    stop=signal.SIGTERM,
    files=files,
    prepare=nothing,
    start=start,
    fill=fill,
    load=load,
    address=tcp,
    question=Question(b"PING\r\n", b"+PONG"),
)
