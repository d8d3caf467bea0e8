"""Patterns: traces of how programs use secret memory, made up with parameters that stand here.

None was recorded of a program that is in use. What is held by whom follows what is known of the users (see the fear
`demand`): password managers and key agents hold few pages for long, libraries (memsec, commonware) a page a secret.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.pool.trace import Event, Trace

SECRETS = 8
"""Long-lived pages: as many keys of a password manager or a key exchange, each in a file of its own."""
ARENA_PAGES, REQUESTS, AT_A_TIME = 256, 2048, 64
"""1 MB; as many requests as touch the 8 MB of the usual limit once, so many of them open at a time."""


def patterns() -> tuple[Trace, ...]:
    """Return the made-up traces; each is the same every time."""
    return (
        Trace.of("few", f"{SECRETS} pages that stay, a file each", "made up", ((key, 1) for key in range(SECRETS))),
        Trace.of("arena", f"an arena of {ARENA_PAGES} pages", "made up", [(0, ARENA_PAGES)]),
        Trace.of("request", f"a page a request, {AT_A_TIME} at a time", "made up", requests()),
    )


def requests() -> Iterator[Event]:
    """Yield each request's page in a file of its own, which goes when the last but AT_A_TIME came."""
    for request in range(REQUESTS):
        if request >= AT_A_TIME:
            yield request - AT_A_TIME, 0
        yield request, 1
