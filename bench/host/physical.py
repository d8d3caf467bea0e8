"""Why a reserved range of physical memory cannot be mapped uncached here: each cause apart, as far as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.host import memory
from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_line
from workloads.program import Refused
from workloads.spec import Unsupported

STEPS = ("range", "reserved", "dev-mem")
"""The steps at which the program `uncached` is refused for it."""
REMEDY = "reserve one at boot (memmap=1M$0x10000000), as root: ./lab run uncached --uncached-range 10000000-100fffff"
ROOT_REMEDY = "run as root, outside of the container"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells the causes apart: the kernel's lockdown."""

    lockdown: str


def collect(root: Path = ROOT) -> Evidence:
    """Gather the evidence."""
    return Evidence(memory.choice(read_line(root / "sys/kernel/security/lockdown")) or "none")


def diagnose(refused: Refused, seen: Evidence) -> Unsupported:
    """Name the cause. Slugs: range-unnamed, range-refused, devmem-absent, devmem-locked, not-permitted.

    drivers/char/mem.c, open_port(): CAP_SYS_RAWIO, then lockdown; mmap_mem(): what STRICT_DEVMEM keeps back.
    """
    if refused.step == "range":
        return Unsupported("range-unnamed", refused.message, REMEDY)
    if refused.errno_name == "ENODEV":
        return Unsupported("devmem-absent", refused.message, "boot a kernel with CONFIG_DEVMEM=y")
    if refused.step == "dev-mem" and seen.lockdown != "none":
        reason = f"{refused.message}: it is locked down ({seen.lockdown})"
        return Unsupported("devmem-locked", reason, "boot without lockdown (Secure Boot switches it on)")
    if refused.step == "dev-mem" or refused.errno_name == "EPERM":
        return Unsupported("not-permitted", f"{refused.message} ({refused.errno_name})", ROOT_REMEDY)
    return Unsupported("range-refused", refused.message, REMEDY)
