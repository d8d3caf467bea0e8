"""The lab's programs for a guest: linked statically, for the guest's architecture, by the same CMake."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.guest.matrix import Architecture
from workloads.program import CHECKOUT
from workloads.spec import Unsupported

COMPILERS: dict[Architecture, str] = {"x86_64": "cc", "aarch64": "aarch64-linux-gnu-gcc"}
INSTALL: dict[Architecture, str] = {
    "x86_64": "apt-get install gcc libc6-dev",
    "aarch64": "apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
}
PATIENCE_S = 600.0
LAST_LINES = 3


def build(architecture: Architecture) -> Path | Unsupported:
    """Return the folder of the programs for an architecture, built anew where a source is newer.

    Unsupported (guest-programs-missing) where there is no compiler for it, or the build fails.
    """
    if shutil.which(COMPILERS[architecture]) is None:
        reason = f"there is no compiler for {architecture}: {COMPILERS[architecture]}"
        return Unsupported("guest-programs-missing", reason, INSTALL[architecture])
    folder = CHECKOUT / "build" / f"guest-{architecture}"
    tools = Path(sys.executable).parent
    ninja = f"-DCMAKE_MAKE_PROGRAM={tools / 'ninja'}"
    configure = (tools / "cmake", "--preset", f"guest-{architecture}", ninja)
    for command in (configure, (tools / "cmake", "--build", folder)):
        complaint = complain(command)
        if complaint is not None:
            return Unsupported("guest-programs-missing", f"the programs for {architecture}: {complaint}")
    return folder / "bin"


def complain(command: tuple[str | Path, ...]) -> str | None:
    """Run a command in the checkout; return the last of what it says where it fails, None where all went well."""
    try:
        ended = subprocess.run(
            command,
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return " ".join(ended.stdout.splitlines()[-LAST_LINES:]) if ended.returncode else None
