"""Another process, as /proc shows it: what it runs, and since when."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_text


def parse_start_ticks(stat: str) -> int | None:
    """Read the start time (clock ticks since boot) out of /proc/PID/stat, None where there is none.

    The name in brackets may hold blanks and brackets itself, so fields are counted from the last bracket.
    """
    fields = stat.rpartition(")")[2].split()
    return int(fields[19]) if len(fields) > 19 else None


def start_ticks(pid: int, root: Path = ROOT) -> int | None:
    """Return when a process began, in clock ticks since boot; with the pid it names a process for good within a boot.

    None where there is no such process, or where /proc hides it.
    """
    return parse_start_ticks(read_text(root / f"proc/{pid}/stat"))


def group(number: int, root: Path = ROOT) -> tuple[int, ...]:
    """Return the processes of a process group (setpgid(2)), as far as /proc shows them."""
    stats = {int(path.parent.name): read_text(path) for path in (root / "proc").glob("[0-9]*/stat")}
    return tuple(pid for pid, stat in sorted(stats.items()) if stat.rpartition(")")[2].split()[2:3] == [str(number)])


def since(pid: int, root: Path = ROOT) -> datetime | None:
    """Return when a process began, in local time; None where it is hidden or gone."""
    ticks = start_ticks(pid, root)
    boot = re.search(r"^btime (\d+)$", read_text(root / "proc/stat"), re.MULTILINE)
    if ticks is None or boot is None:
        return None
    return datetime.fromtimestamp(int(boot[1]) + ticks / os.sysconf("SC_CLK_TCK")).astimezone()


def command(pid: int, root: Path = ROOT) -> str:
    """Return a process's command line in one line, "" where it is hidden or gone."""
    words = read_text(root / f"proc/{pid}/cmdline").rstrip("\0").split("\0")
    return " ".join("".join(letter if letter.isprintable() else "?" for letter in word) for word in words)
