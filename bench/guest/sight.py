"""What a guest's kernel does, as it was seen: one word a check, from what came back of it. Pure functions."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.host import memory, secret
from bench.host.refusal import explain
from workloads.instruments import directmap
from workloads.instruments.procfs import read_line, read_text
from workloads.program import Outcome, Refused, Success
from workloads.removal import WORKLOAD as REMOVAL
from workloads.spec import Samples

SIZES = {"4k": "4K", "2m": "2M", "1g": "1G"}
POOL_NAMES = {1 << 16: "64K", 2 << 20: "2M", 32 << 20: "32M", 1 << 30: "1G"}
SECRET_SLUGS = tuple(
    f"secret-{why}"
    for why in ("kernel-too-old", "not-built", "disabled", "filtered", "direct-map-fixed", "limit", "refused")
)
BPF_SLUGS = (
    *(
        f"bpf-{why}"
        for why in ("architecture", "not-built", "unprivileged", "no-capability", "locked-down", "no-btf", "filtered")
    ),
    *("bpf-refused", "pagemap-hidden", "direct-map-not-found"),
)
FAILED = "failed"
"""What is seen where a program went wrong: never expected."""


@dataclass(frozen=True, slots=True)
class Guest:
    """What came back of a guest: its files of /proc and /sys below `root`, and what its programs said."""

    root: Path
    architecture: str
    probe: Outcome
    atlas: Outcome
    removal: Outcome


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at: what it means, the words that may be expected, and how it is seen."""

    meaning: str
    words: tuple[str, ...]
    see: Callable[[Guest], str]


def report(outcome: Outcome) -> dict[str, Any]:
    """Return a program's report, {} where there is none."""
    return outcome.report if isinstance(outcome, Success) else {}


def why(outcome: Outcome, guest: Guest) -> str:
    """Return the slug of a program's refusal in the guest."""
    return explain(outcome, guest.root, guest.architecture).slug if isinstance(outcome, Refused) else FAILED


def see_call(guest: Guest) -> str:
    """Whether memfd_secret(2) works, or why not."""
    entries = report(guest.probe).get("backings", ())
    entry = next((each for each in entries if each["name"] == "secret"), None)
    if entry is None:
        return FAILED
    return "works" if entry["supported"] else secret.diagnose(entry, secret.collect(guest.root)).slug


def see_parameter(guest: Guest) -> str:
    """What secretmem.enable reads."""
    return read_line(guest.root / secret.MODULE / "parameters/enable") or "absent"


def see_limit(guest: Guest) -> str:
    """Where RLIMIT_MEMLOCK is checked."""
    return str(report(guest.probe).get("memlock", {}).get("regime", FAILED))


def see_scope(guest: Guest) -> str:
    """For whom RLIMIT_MEMLOCK counts."""
    return str(report(guest.probe).get("memlock", {}).get("scope", FAILED))


def see_map(guest: Guest) -> str:
    """The largest entries of the direct map, by its page tables."""
    held = report(guest.atlas).get("bytes")
    if not isinstance(held, dict):
        return why(guest.atlas, guest)
    return next((word for name, word in reversed(SIZES.items()) if held.get(name)), "none")


def see_levels(guest: Guest) -> str:
    """How many levels the page tables have."""
    told = report(guest.atlas).get("levels")
    return why(guest.atlas, guest) if told is None else str(told)


def see_sizes(guest: Guest) -> str:
    """The largest size that /proc/meminfo counts of the direct map."""
    found = directmap.parse(read_text(guest.root / "proc/meminfo"), "")
    counted = (("1G", found.map_1g_bytes), ("2M", found.map_2m_bytes), ("4K", found.map_4k_bytes))
    return next((word for word, held in counted if held is not None), "counter-direct-map-absent")


def see_splits(guest: Guest) -> str:
    """Whether /proc/vmstat counts splits."""
    counted = directmap.parse("", read_text(guest.root / "proc/vmstat")).level2_splits is not None
    return "counted" if counted else "counter-splits-absent"


def see_pools(guest: Guest) -> str:
    """The largest pages of which there can be a pool."""
    sizes = [pool.page_bytes for pool in memory.pools(guest.root)]
    return POOL_NAMES.get(max(sizes), f"{max(sizes) >> 10}K") if sizes else "none"


def see_fentry(guest: Guest) -> str:
    """Whether a BPF program may be attached at the entry of secretmem_fault()."""
    told = report(guest.probe).get("fentry")
    if not isinstance(told, dict):
        return FAILED
    if told.get("allowed"):
        return "allowed"
    return "bpf-not-built" if told.get("step") == "bpf-built" else str(told.get("errno_name", FAILED))


def see_removal(guest: Guest) -> str:
    """Whether every secret page left the direct map and came back."""
    if not isinstance(guest.removal, Success) or guest.removal.samples is None:
        return why(guest.removal, guest)
    named = {series.metric for series in guest.removal.samples.series}
    whole = named == {metric.name for metric in REMOVAL.metrics} - {"word_read", "mapped_while_held"}
    return "proven" if whole and are_ones(guest.removal.samples) else "refuted"


def are_ones(samples: Samples) -> bool:
    """Tell whether there are readings, and all of them are 1."""
    readings = memoryview(samples.path.read_bytes()).cast("Q")
    return len(readings) > 0 and all(each == 1 for each in readings)


CHECKS = {
    "call": Check("memfd_secret(2)", ("works", *SECRET_SLUGS), see_call),
    "parameter": Check("secretmem.enable reads", ("Y", "N", "absent"), see_parameter),
    "limit": Check("RLIMIT_MEMLOCK refuses at", ("mmap", "fault", "none", "unknown"), see_limit),
    "scope": Check("RLIMIT_MEMLOCK counts for", ("process", "user", "unknown"), see_scope),
    "map": Check("largest entries of the direct map", ("1G", "2M", "4K", *BPF_SLUGS), see_map),
    "levels": Check("levels of its page tables", ("4", "5", *BPF_SLUGS), see_levels),
    "sizes": Check("largest size in /proc/meminfo", ("1G", "2M", "4K", "counter-direct-map-absent"), see_sizes),
    "splits": Check("splits in /proc/vmstat", ("counted", "counter-splits-absent"), see_splits),
    "pools": Check("largest pool of huge pages", (*POOL_NAMES.values(), "none"), see_pools),
    "fentry": Check("fentry", ("allowed", "bpf-not-built", *sorted(errno.errorcode.values())), see_fentry),
    "removal": Check(
        "pages leave the map and come back", ("proven", "refuted", *SECRET_SLUGS, *BPF_SLUGS), see_removal
    ),
}
"""What is looked at in every guest, by name."""
