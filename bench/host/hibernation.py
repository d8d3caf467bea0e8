"""Why hibernation is not offered here, before any secret area is about: each cause apart, as far as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.host import memory, parameter
from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_line
from workloads.program import Refused
from workloads.spec import Unsupported

STEP = "hibernation"
"""The step at which the program of the same name is refused."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells the causes apart: the kernel's lockdown, and switches of its command line."""

    lockdown: str
    switched_off: bool


def collect(root: Path = ROOT) -> Evidence:
    """Gather the evidence."""
    words = parameter.split(read_line(root / "proc/cmdline"))
    return Evidence(
        lockdown=memory.choice(read_line(root / "sys/kernel/security/lockdown")) or "none",
        switched_off="nohibernate" in words or "hibernate=no" in words,
    )


def diagnose(refused: Refused, seen: Evidence) -> Unsupported:
    """Name the cause. Slugs: hibernation-not-built, hibernation-locked-down, hibernation-off, hibernation-taken.

    kernel/power/hibernate.c, hibernation_available(): nohibernate, lockdown, secret memory, CXL memory.
    """
    if refused.errno_name == "ENOSYS":
        return Unsupported("hibernation-not-built", refused.message, "boot a kernel with CONFIG_HIBERNATION=y")
    if seen.lockdown != "none":
        reason = f"the kernel is locked down ({seen.lockdown}) and does not hibernate whatever else there is"
        return Unsupported("hibernation-locked-down", reason, "boot without lockdown (Secure Boot switches it on)")
    if seen.switched_off:
        reason = "hibernation is switched off on the kernel's command line"
        return Unsupported("hibernation-off", reason, "boot without nohibernate")
    return Unsupported("hibernation-taken", refused.message, "end other programs that have secret memory")
