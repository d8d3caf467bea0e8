"""Names of neighbours for a person: who they are, and what goes on beside them."""

from __future__ import annotations

from analysis.neighbour.window import Dose

VICTIMS = {
    "compute": "computing",
    "null_syscall": "null system call",
    "pointer_chase_4k": "pointer chase, 4 KB",
    "pointer_chase_2m": "pointer chase, 2 MB",
    "stream": "memory streaming",
    "pipe": "pipe ping-pong",
    "futex": "futex ping-pong",
    "page_cache_read": "page cache read",
    "mmap_munmap": "mmap and munmap",
    "page_fault": "page fault",
    "fork": "fork",
    "timer": "timer",
    "sqlite": "SQLite",
    "openssl": "OpenSSL",
    "redis": "Redis",
    "postgresql": "PostgreSQL",
    "nginx": "nginx",
}
AGGRESSORS = {
    "none": "idle",
    "spin": "busy loop",
    "anonymous": "ordinary",
    "memfd": "memfd",
    "memfd_locked": "memfd, locked",
    "secret": "secret",
    "secret_held": "secret, held",
    "fork_secret": "forks with secret",
    "mprotect": "mprotect",
    "munmap": "munmap",
}


def victim_name(victim: str) -> str:
    """Return a victim's plain name, or itself where it has none."""
    return VICTIMS.get(victim, victim)


def dose_name(dose: Dose) -> str:
    """Return what goes on beside a victim, with its rate where it has one: "secret 8k"."""
    copy = "" if dose.copy == 1 else f" ({dose.copy})"
    return f"{AGGRESSORS.get(dose.aggressor, dose.aggressor)}{rate_name(dose)}{copy}"


def rate_name(dose: Dose) -> str:
    """Return a rate behind its name, "" where there is none."""
    if dose.rate == "max":
        return ", max"
    pages = int(dose.rate)
    return "" if not pages else f", {pages / 1000:g}k/s"
