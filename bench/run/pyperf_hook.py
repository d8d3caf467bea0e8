"""A pyperf hook: what any pyperf benchmark did to the direct map, in that benchmark's own metadata.

    python -m pyperf timeit --hook direct_map --loops 1000 'bytes(4096)'

pyperf finds the class through the entry point group `pyperf.hook` and asks of it what pyperf/_hooks.py says: a context
manager that is entered around every value, and `teardown(metadata)` at the end of the process.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from workloads.instruments import directmap

ABSENT = "this kernel does not tell of its direct map"


class DirectMapHook:
    """Records the direct map before the first value of a process and after the last one.

    Metadata, all integers: `direct_map_4k_bytes_before`, `..._after` (2m and 1g too), and how many splits and collapses
    were made meanwhile by anything on the machine: `direct_map_level2_splits_made` ... . What the kernel does not tell
    is left out; where it tells nothing, `direct_map` says so. Give --loops: calibration splits the direct map too.
    """

    def __init__(self) -> None:
        """Read nothing yet: pyperf makes the object before it has warmed up."""
        self._before: directmap.DirectMap | None = None

    def __enter__(self) -> Self:
        """Read the direct map, the first time alone, so that nothing is read between values."""
        if self._before is None:
            self._before = directmap.read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do nothing: the next value follows."""

    def teardown(self, metadata: dict[str, int | str]) -> None:
        """Add to the metadata of the process's run what changed."""
        if self._before is not None:
            metadata.update(describe(self._before, directmap.read()))


def describe(before: directmap.DirectMap, after: directmap.DirectMap) -> dict[str, int | str]:
    """Return pyperf metadata for two states: sizes as they were and are, events as the difference."""
    if not before.counted:
        return {"direct_map": ABSENT}
    found: dict[str, int | str] = {}
    first, last = before.as_counters(), after.as_counters()
    for name, was in first.items():
        now = last[name]
        if was is None or now is None:
            continue
        if name.endswith("_bytes"):
            found |= {f"{name}_before": was, f"{name}_after": now}
        else:
            found[f"{name}_made"] = now - was
    return found
