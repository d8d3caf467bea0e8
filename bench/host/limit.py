"""RLIMIT_MEMLOCK: how much secret or locked memory a program may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workloads.spec import Unsupported

PAGE_BYTES = 4096
SCOPES = {"process": " for each process", "user": " for all processes of a user"}
REGIMES = {"mmap": ", checked when memory is mapped", "fault": ", checked when a page is touched"}


def allowed_bytes(memlock: Mapping[str, Any], wish_bytes: int, page_bytes: int = PAGE_BYTES) -> int | Unsupported:
    """Return how many of the wished bytes the limit lets a program have, in whole pages.

    `memlock` is the probe's answer (soft_bytes, hard_bytes, bypassed, regime, scope). A bypassed or unlimited limit
    allows the whole wish; else the soft limit does, which each native program has to itself where it is checked at
    mmap. Where it is checked at the fault (since the fix of CVE-2026-93243) it is shared by all that the user runs:
    this answer is then an upper bound. Unsupported (limit-too-low) where not even one page fits.
    """
    soft_bytes: int | None = memlock["soft_bytes"]
    if memlock["bypassed"] or soft_bytes is None:
        return wish_bytes
    fitting = min(wish_bytes, soft_bytes) // page_bytes * page_bytes
    if fitting or not wish_bytes:
        return fitting
    return Unsupported(
        "limit-too-low",
        f"RLIMIT_MEMLOCK is {soft_bytes} bytes: not one page of {page_bytes} bytes may be locked",
        raise_line(memlock, wish_bytes),
    )


def raise_line(memlock: Mapping[str, Any], need_bytes: int) -> str:
    """Return the line that raises the limit to `need_bytes`: in this shell where the hard limit lets, else as root."""
    hard_bytes, need_kib = memlock["hard_bytes"], -(-need_bytes // 1024)
    if hard_bytes is None or need_bytes <= hard_bytes:
        return f"ulimit -l {need_kib}"
    return f"sudo prlimit --pid $$ --memlock={need_bytes}:{need_bytes}"


def describe(memlock: Mapping[str, Any]) -> str:
    """Say in one line how much may be locked, who shares it and where it is checked."""
    soft_bytes = memlock["soft_bytes"]
    size = "unlimited" if soft_bytes is None else f"{soft_bytes / (1 << 20):g} MiB"
    shared = SCOPES.get(memlock["scope"], "")
    checked = REGIMES.get(memlock["regime"], ", not seen to be checked")
    exempt = "; this process is exempt (CAP_IPC_LOCK)" if memlock["bypassed"] else ""
    return f"{size}{shared}{checked}{exempt}"
