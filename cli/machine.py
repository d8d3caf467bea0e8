"""The machine, held by one command at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from bench.error import LabError
from bench.host.lock import Lock, LockHeld


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Hold the machine's lock; raises LabError that names who has it."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(Lock())
        except LockHeld as other:
            raise LabError(other.slug, str(other)) from None
        yield
