"""Emulation: whether a result was measured on a CPU that a program plays, where a time says nothing of a machine."""

from __future__ import annotations

from bench.model.environment import Environment


def emulated(environment: Environment) -> bool:
    """Tell whether the CPU was emulated: QEMU's translator (TCG) names itself in the CPU's name or in the firmware."""
    return "tcg" in f"{environment.cpu} {environment.virtualisation}".lower()
