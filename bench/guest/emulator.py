"""qemu: where it is, which help it may have of the processor."""

from __future__ import annotations

import shutil
from typing import Literal

from bench.guest.matrix import Architecture, Cell
from workloads.spec import Unsupported

Accelerator = Literal["kvm", "tcg"]
"""Whether the processor runs the guest (KVM), or qemu plays a processor (TCG)."""
PROGRAMS: dict[Architecture, str] = {"x86_64": "qemu-system-x86_64", "aarch64": "qemu-system-aarch64"}
PACKAGES: dict[Architecture, str] = {"x86_64": "qemu-system-x86", "aarch64": "qemu-system-arm"}
MACHINES: dict[Architecture, str] = {"x86_64": "pc", "aarch64": "virt"}
CONSOLES: dict[Architecture, str] = {"x86_64": "ttyS0", "aarch64": "ttyAMA0"}
ALWAYS = ("panic=-1",)
"""A kernel that panics starts again at once, which qemu is told to take for its end."""


def find_emulator(architecture: Architecture) -> str | Unsupported:
    """Return the path of qemu for an architecture; Unsupported (emulator-missing) where it is not installed."""
    path = shutil.which(PROGRAMS[architecture])
    if path:
        return path
    line = f"apt-get install --no-install-recommends {PACKAGES[architecture]}, as root"
    return Unsupported("emulator-missing", f"{PROGRAMS[architecture]} is not installed", line)


def command_line(architecture: Architecture, cell: Cell) -> str:
    """Return what the kernel of a cell is told."""
    return " ".join((f"console={CONSOLES[architecture]}", *ALWAYS, *cell.parameters))
