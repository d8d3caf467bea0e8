"""Whether KVM can be had: by a boot that is tried. A /dev/kvm that opens proves nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.guest.boot import Boot, boot
from bench.guest.emulator import Accelerator
from bench.guest.ground import Ground
from bench.guest.image import make_image
from bench.guest.matrix import Cell

DEVICE = Path("/dev/kvm")
TRIED = Cell(name="kvm", kernel="", cpu="max", memory_mib=512, timeout_s=8.0)
"""With KVM a kernel is up in about a second."""


def choose(ground: Ground) -> Accelerator:
    """Return kvm where a boot with it comes to its end, else tcg; takes up to 8 s. Raises OSError."""
    if ground.architecture != platform.machine() or not os.access(DEVICE, os.R_OK | os.W_OK):
        return "tcg"
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "image").write_bytes(make_image(ground.programs, (), ()))
        tried = boot(Boot(ground, "kvm", folder / "image", folder / "console", TRIED))
    return "tcg" if tried.trouble else "kvm"
