"""The ceilings of this process: what it may lock, open and map, as the kernel says now."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path

from bench.host.cpu import ROOT
from bench.host.privilege import parse
from workloads.instruments.procfs import read_integer, read_text


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Bytes locked, files open, mappings; None is no limit, or for mappings that the machine does not say.

    `exempt`: CAP_IPC_LOCK lifts the limit of locked bytes.
    """

    memlock_bytes: int | None
    exempt: bool
    descriptors: int | None
    mappings: int | None


def ceiling(root: Path = ROOT) -> Ceiling:
    """Return the soft limits of this process."""
    return Ceiling(
        memlock_bytes=soft(resource.RLIMIT_MEMLOCK),
        exempt="ipc_lock" in parse(read_text(root / "proc/self/status")).capabilities,
        descriptors=soft(resource.RLIMIT_NOFILE),
        mappings=read_integer(root / "proc/sys/vm/max_map_count"),
    )


def soft(what: int) -> int | None:
    """Return a soft limit, None where there is none."""
    found = resource.getrlimit(what)[0]
    return None if found == resource.RLIM_INFINITY else found
