"""PostgreSQL behind a unix socket, loaded by pgbench with its own mix of one read and four writes a transaction."""

from __future__ import annotations

import signal

from bench.server.spec import Place, Program, Question, Server, Words

SCALE, CLIENTS, DURATION_S = 2, 2, 3600
"""A branch a client, or they would wait for each other's rows; pgbench wants an end and is stopped long before."""
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "20",
    # What is measured is the processor: nothing waits for a disk, and no other process works on the side.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
HELLO = b"\0\0\0\x24\0\x03\0\0user\0lab\0database\0postgres\0\0"
DEBIAN = ("usr/lib/postgresql/*/bin",)
"""A folder of each version, not in PATH."""
ITS_PACKAGES = {"apt-get": "postgresql", "dnf": "postgresql-server"}


def initialise(place: Place) -> tuple[Words, ...]:
    """Return what makes its data folder."""
    made = (place.found["initdb"], "--pgdata", str(place.folder / "data"), "--username", "lab", "--auth", "trust")
    return ((*made, "--no-sync", "--no-locale", "--encoding", "UTF8"),)


def start(place: Place) -> Words:
    """Return its command line."""
    settings = {**SETTINGS, "unix_socket_directories": str(place.folder), "port": str(place.port)}
    told = (word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
    return (place.found["postgres"], "-D", str(place.folder / "data"), *told)


def pgbench(place: Place, *words: str) -> Words:
    """Return a command line of its load generator."""
    return (place.found["pgbench"], "-h", str(place.folder), "-p", str(place.port), "-U", "lab", *words, "postgres")


def fill(place: Place) -> tuple[Words, ...]:
    """Return what makes pgbench's tables."""
    return (pgbench(place, "--initialize", "--quiet", "--scale", str(SCALE)),)


def load(place: Place) -> Words:
    """Return the load."""
    return pgbench(place, "--no-vacuum", "--client", str(CLIENTS), "--time", str(DURATION_S))


def socket(place: Place) -> str:
    """Return the path of its socket."""
    return str(place.folder / f".s.PGSQL.{place.port}")


SERVER = Server(
    name="postgresql",
    programs=(
        Program(("postgres",), ITS_PACKAGES, DEBIAN, units=("postgresql.service",)),
        Program(("initdb",), ITS_PACKAGES, DEBIAN),
        Program(("pgbench",), {"apt-get": "postgresql", "dnf": "postgresql-contrib"}, DEBIAN),
    ),
    version="--version",
    stop=signal.SIGQUIT,
    files=lambda place: {},
    prepare=initialise,
    start=start,
    fill=fill,
    load=load,
    address=socket,
    question=Question(HELLO, b"R"),
)
