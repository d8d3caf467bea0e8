"""The ground that a cell stands on: a kernel that can be booted, qemu, and programs for its architecture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.guest.build import build
from bench.guest.emulator import find_emulator
from bench.guest.kernelfile import find_kernel
from bench.guest.matrix import Architecture, Kernel
from bench.guest.record import KernelFile
from workloads.spec import Unsupported


@dataclass(frozen=True, slots=True)
class Ground:
    """What was found: qemu's path, the kernel, and the folder of the programs."""

    architecture: Architecture
    emulator: str
    kernel: KernelFile
    programs: Path


def find_ground(kernel: Kernel, folder: Path) -> Ground | Unsupported:
    """Return what a kernel of a matrix needs here; `folder` is where its path is seen from.

    Unsupported: emulator-missing, kernel-missing, kernel-package-missing, guest-programs-missing.
    """
    emulator = find_emulator(kernel.architecture)
    if isinstance(emulator, Unsupported):
        return emulator
    found = find_kernel(kernel, folder)
    if isinstance(found, Unsupported):
        return found
    programs = build(kernel.architecture)
    return programs if isinstance(programs, Unsupported) else Ground(kernel.architecture, emulator, found, programs)
