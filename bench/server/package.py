"""Where a server's programs are, and which line installs what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from bench.server.spec import Program, Server
from workloads.spec import Unsupported

INSTALL = {
    "apt-get": ("apt-get", "install", "-y", "--no-install-recommends"),
    "dnf": ("dnf", "install", "-y", "--setopt=install_weak_deps=False"),
}
"""What installs packages here, by the program that does it."""
PATIENCE_S = 10.0


def locate(program: Program) -> str | None:
    """Return a program's path: of the newest version in its folders, else as PATH has it; None where it is nowhere."""
    found = [str(folder) for pattern in program.folders for folder in Path("/").glob(pattern)]
    places = os.pathsep.join((*sorted(found, key=version, reverse=True), os.environ.get("PATH", os.defpath)))
    return next((path for name in program.names if (path := shutil.which(name, path=places))), None)


def version(folder: str) -> tuple[int, ...]:
    """Return the numbers in a folder's name, so that 15 comes after 9.6."""
    return tuple(map(int, re.findall(r"\d+", folder)))


def lacking(servers: Iterable[Server]) -> tuple[Program, ...]:
    """Return the programs of some servers that are not installed."""
    return tuple(program for server in servers for program in server.programs if locate(program) is None)


def manager() -> str | None:
    """Return what installs packages here, None where this lab knows none."""
    return next((name for name in INSTALL if shutil.which(name)), None)


def packages(programs: Iterable[Program], by: str) -> tuple[str, ...]:
    """Return the packages that bring some programs, each once."""
    return tuple(dict.fromkeys(program.packages[by] for program in programs))


def told_version(server: Server, found: dict[str, str]) -> str:
    """Return a server's program and version, as "redis-server 7.0.15"; "?" where it does not tell."""
    path = found[server.programs[0].names[0]]
    try:
        said = subprocess.run((path, server.version), capture_output=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return f"{Path(path).name} ?"
    number = re.search(rb"\d+(\.\d+)+", said.stdout + said.stderr)
    return f"{Path(path).name} {number[0].decode() if number else '?'}"


def install_line(programs: Iterable[Program]) -> str:
    """Return the line that installs some programs, as it is to be typed."""
    by = manager()
    if by is None:
        return f"install {' and '.join(program.names[0] for program in programs)}"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return sudo + " ".join((*INSTALL[by], *packages(programs, by)))


def find_programs(server: Server) -> dict[str, str] | Unsupported:
    """Return the path of each program of a server by its first name; Unsupported (server-missing) where one is not."""
    missing = lacking((server,))
    if missing:
        names = " and ".join(" or ".join(program.names) for program in missing)
        line = f"./lab setup neighbours (as root), or: {install_line(missing)}"
        return Unsupported("server-missing", f"{server.name}: not installed: {names}", line)
    return {program.names[0]: path for program in server.programs if (path := locate(program))}
