"""The one list of servers."""

from __future__ import annotations

from bench.server import nginx, postgresql, redis
from bench.server.spec import Server

CATALOG: tuple[Server, ...] = (redis.SERVER, postgresql.SERVER, nginx.SERVER)
NAMES = tuple(server.name for server in CATALOG)


def find(name: object) -> Server | None:
    """Return the server of a victim's name, None where that victim is none."""
    return next((server for server in CATALOG if server.name == name), None)
