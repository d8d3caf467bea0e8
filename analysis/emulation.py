"""Emulation: whether a result was measured on a CPU that a program plays, where a time says nothing of a machine."""

from __future__ import annotations

import re

from bench.model.environment import Environment
from bench.model.note import Note

WORDS = re.compile(r"\b(tcg|qemu|bochs)\b", re.IGNORECASE)
NOTE = Note(
    slug="emulated",
    text="This machine was emulated by a program (TCG): times of it say nothing of any hardware and are not shown.",
    remedy="measure on hardware, or in a virtual machine that uses it (KVM)",
)


def emulated(environment: Environment) -> bool:
    """Tell whether the CPU was emulated, by its name and by what stands between it and the hardware.

    QEMU's translator (TCG) names itself in the CPU's name or leaves the board's alone; under KVM the hypervisor's name
    comes before the board's: what is in brackets does not count.
    """
    hypervisor = environment.virtualisation.split("(")[0]
    return bool(WORDS.search(hypervisor)) or "tcg" in f"{environment.cpu} {environment.virtualisation}".lower()
