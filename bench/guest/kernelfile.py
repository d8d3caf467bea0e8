"""A kernel as a file that can be booted: where it is, what it is, and where it came from."""

from __future__ import annotations

from pathlib import Path

from bench.guest.matrix import Kernel
from bench.guest.package import fetch
from bench.guest.record import KernelFile
from bench.run.journal import digest
from workloads.spec import Unsupported

STORE = Path(__file__).resolve().parents[2] / "build" / "kernels"
"""Where kernels out of packages are kept: a package is downloaded once a version."""


def find_kernel(kernel: Kernel, folder: Path, store: Path) -> KernelFile | Unsupported:
    """Return a kernel's file; `folder` is where a path is seen from.

    Unsupported: kernel-missing, kernel-package-missing.
    """
    if kernel.path is not None:
        return given(folder / kernel.path)
    assert kernel.package is not None
    found = fetch(kernel.package, kernel.release, kernel.architecture, store)
    if isinstance(found, Unsupported):
        return found
    return KernelFile(path=str(found.path), package=found.package, version=found.version, sha256=digest(found.path))


def given(path: Path) -> KernelFile | Unsupported:
    """Return a kernel that was named by its path."""
    try:
        return KernelFile(path=str(path.resolve()), package="", version="", sha256=digest(path))
    except OSError as error:
        reason = f"{path} cannot be read: {error.strerror}"
        return Unsupported("kernel-missing", reason, "name another path in the matrix, or a package")
