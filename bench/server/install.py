"""Install what servers need, without starting any of the distribution's own services."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.error import LabError
from bench.server.catalog import CATALOG
from bench.server.package import INSTALL, install_line, lacking, locate, manager, packages
from bench.server.spec import Program

POLICY = Path("/usr/sbin/policy-rc.d")
"""What Debian's packages ask before they start a service; 101 is no (invoke-rc.d(8))."""
NO_SERVICE = "#!/bin/sh\nexit 101\n"
LISTENING = "0A"
WAITING = {"apt-get": ("-o", "DPkg::Lock::Timeout=300")}
"""For another call of the package manager to end; dnf waits by itself."""


def install() -> tuple[Program, ...]:
    """Install the programs that are missing, and return them.

    Raises LabError: server-missing, with the line to type, where this user or this system cannot or it went wrong;
    service-started where a service listens afterwards that did not before.
    """
    missing = lacking(CATALOG)
    if not missing:
        return ()
    by = manager()
    if by is None or os.geteuid() or os.environ.get("LAB_NO_INSTALL") == "1":
        raise lack(missing, obstacle(by))
    before = listeners()
    with no_service_starts():
        call(by, missing)
    disable(missing)
    refuse_started(listeners() - before)
    return missing


def obstacle(by: str | None) -> str:
    """Return why nothing may be installed."""
    if by is None:
        return f"none of {', '.join(INSTALL)} is here"
    return "this user may not install packages" if os.geteuid() else "LAB_NO_INSTALL=1 is set"


def lack(missing: tuple[Program, ...], why: str) -> LabError:
    """Return the error that says what is missing, and the line that installs it."""
    names = ", ".join(" or ".join(program.names) for program in missing)
    return LabError("server-missing", f"not installed: {names}", why, f"type: {install_line(missing)}")


def call(by: str, missing: tuple[Program, ...]) -> None:
    """Call the package manager, with its lists brought up to date where they are too old; raises LabError."""
    line = (*INSTALL[by], *WAITING.get(by, ()), *packages(missing, by))
    if not succeeds(line) and not (by == "apt-get" and succeeds((by, "update", *WAITING[by])) and succeeds(line)):
        raise lack(missing, f"{by} did not install them")
    if still := tuple(program for program in missing if locate(program) is None):
        raise lack(still, f"{by} did not bring them")


def succeeds(line: tuple[str, ...]) -> bool:
    """Run a command without questions and tell whether it went well."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    ended = subprocess.run(line, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    return ended.returncode == 0


@contextlib.contextmanager
def no_service_starts() -> Iterator[None]:
    """Keep packages from starting services; a policy that is there already stays, and is followed."""
    try:
        with POLICY.open("x") as file:
            file.write(NO_SERVICE)
    except OSError:  # there is one already, or no folder for it
        yield
        return
    try:
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink()


def disable(installed: tuple[Program, ...]) -> None:
    """Keep the services of packages that were installed just now from starting at the next boot."""
    units = [unit for program in installed for unit in program.units]
    if units and (systemctl := shutil.which("systemctl")):
        subprocess.run((systemctl, "disable", *units), capture_output=True, check=False)


def listeners() -> set[str]:
    """Return the local addresses on which somebody listens, as /proc/net/tcp and tcp6 write them."""
    rows = [row.split() for name in ("tcp", "tcp6") for row in lines(Path("/proc/net") / name)]
    return {row[1] for row in rows if row[3] == LISTENING}


def lines(path: Path) -> list[str]:
    """Return the rows of a table of /proc, without its head."""
    return path.read_text().splitlines()[1:] if path.exists() else []


def refuse_started(started: set[str]) -> None:
    """Raise LabError where there are addresses on which somebody has begun to listen."""
    if started:
        ports = ", ".join(sorted(str(int(address.rpartition(":")[2], 16)) for address in started))
        why = f"something listens on port {ports} that did not before"
        raise LabError("service-started", "a service was started", why, "stop it: systemctl disable --now SERVICE")
