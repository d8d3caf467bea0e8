"""The ground that a cell stands on: a kernel that can be booted, qemu, and programs for its architecture."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.guest.build import build
from bench.guest.emulator import find_emulator
from bench.guest.kernelfile import STORE, find_kernel
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


def find_ground(kernel: Kernel, folder: Path, store: Path = STORE) -> Ground | Unsupported:
    """Return what a kernel of a matrix needs here; `folder` is where its path is seen from.

    Unsupported: emulator-missing, kernel-missing, kernel-package-missing, guest-programs-missing.
    """
    emulator = find_emulator(kernel.architecture)
    if isinstance(emulator, Unsupported):
        return emulator
    try:
        with alone(store):
            return prepared(emulator, kernel, folder, store)
    except OSError as error:
        reason = f"{store}, where kernels are kept, cannot be written: {error.strerror}"
        return Unsupported("kernel-package-missing", reason, "make room, or call it as the owner of this checkout")


def prepared(emulator: str, kernel: Kernel, folder: Path, store: Path) -> Ground | Unsupported:
    """Fetch the kernel and build the programs."""
    found = find_kernel(kernel, folder, store)
    if isinstance(found, Unsupported):
        return found
    programs = build(kernel.architecture)
    return programs if isinstance(programs, Unsupported) else Ground(kernel.architecture, emulator, found, programs)


@contextlib.contextmanager
def alone(store: Path) -> Iterator[None]:
    """Wait for whoever else fetches kernels or builds programs in this checkout; raises OSError."""
    store.mkdir(parents=True, exist_ok=True)
    with (store / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
