"""The reserve: memory that stays free whatever is measured, so that a run ends early rather than by the OOM killer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.host import cgroup, memory
from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_text
from workloads.spec import Unsupported

LEAST_BYTES = 512 << 20
SHARE = 20
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Room:
    """Memory in bytes: all there is for this process, what of it can be had now, and what must stay free."""

    total_bytes: int
    available_bytes: int
    reserve_bytes: int


def reserve_bytes(total_bytes: int) -> int:
    """Return the memory to keep free: 5 % of all there is, at least 512 MiB."""
    return max(LEAST_BYTES, total_bytes // SHARE)


def room_within(meminfo: str, bounds: tuple[cgroup.Bound, ...]) -> Room:
    """Return the room that /proc/meminfo and the limits of control groups leave; the tightest counts."""
    total = min([memory.total_bytes(meminfo), *(bound.limit_bytes for bound in bounds)])
    available = min([memory.available_bytes(meminfo), *(bound.left_bytes for bound in bounds)])
    return Room(total, available, reserve_bytes(total))


def room(root: Path = ROOT) -> Room:
    """Read the room that there is now."""
    return room_within(read_text(root / "proc/meminfo"), cgroup.bounds(root))


def fits(need_bytes: int, available_bytes: int, reserve_bytes: int) -> None | Unsupported:
    """Return None where the need can be met without touching the reserve, else why it cannot (memory-too-small)."""
    free_bytes = available_bytes - reserve_bytes
    if need_bytes <= free_bytes:
        return None
    return Unsupported(
        "memory-too-small",
        f"needs {need_bytes / MIB:.0f} MiB; {available_bytes / MIB:.0f} MiB can be had, and "
        f"{reserve_bytes / MIB:.0f} MiB of them stay free as a reserve",
        "free memory, raise the container's memory limit, or ask for fewer pages",
    )
