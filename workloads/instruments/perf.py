"""perf: samples of what the kernel does inside a program, as stacks with counts.

What perf prints is not believed unread: names are checked, and a stack is kept only from the function of ours on that
the caller names, so that nothing else of the machine gets into a record.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from workloads.program import run_to_end
from workloads.spec import Failed, Unsupported

ROOT = Path("/")
EVENT = "cycles:k"
"""Cycles inside the kernel; where there are no hardware counters perf itself takes cpu-clock instead, a timer."""
RECORD = ("record", "-e", EVENT, "-g", "--no-inherit", "--no-buildid", "--no-buildid-cache", "--no-bpf-event")
"""One process alone, without its children, and nothing that looks through the machine's files afterwards."""
SCRIPT = ("script", "-F", "event,ip,sym", "--no-inline")
HEADER = re.compile(r"(\S+?)(?::k)?:\s*")
FRAME = re.compile(r"\s+[0-9a-f]+ ([\w.$]{1,200})")
REFUSALS = ("perf_event_paranoid", "ermission denied", "not permitted")
MISSING = Unsupported(
    "perf-missing",
    "the program perf is not installed",
    "apt-get install linux-perf (Debian), apt-get install linux-tools-generic (Ubuntu), dnf install perf (Fedora)",
)
HIDDEN = Unsupported(
    "symbols-hidden",
    "/proc/kallsyms hides the addresses of the kernel's functions, so that samples would have no names",
    "sudo sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1",
)
REFUSED = Unsupported(
    "perf-refused", "this user may not sample the kernel", "sudo sysctl kernel.perf_event_paranoid=1, or run as root"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Samples of one process: how often each stack was met, outermost function first, and samples `elsewhere`."""

    event: str
    stacks: Counter[tuple[str, ...]]
    elsewhere: int


def obstacle(root: Path = ROOT) -> Unsupported | None:
    """Say why the kernel cannot be sampled with names, None where nothing speaks against it; about 1 ms."""
    if shutil.which("perf") is None:
        return MISSING
    return None if are_addresses_shown(root / "proc/kallsyms") else HIDDEN


def are_addresses_shown(path: Path) -> bool:
    """Tell whether any line of a kallsyms file has an address other than 0."""
    try:
        with path.open(errors="replace") as lines:
            return any(line.split(" ", 1)[0].strip("0") for line in lines)
    except OSError:
        return False


def record(
    command: tuple[str, ...], data: Path, frequency_hz: int, timeout_s: float
) -> CompletedProcess[bytes] | Unsupported | Failed:
    """Run a program under perf and return how it ended, as perf passes it on; its samples are in the file `data`.

    Raises TimeoutExpired and OSError, as run_to_end does.
    """
    data.unlink(missing_ok=True)  # perf would keep the old one beside the new
    words = ("perf", *RECORD, "-F", str(frequency_hz), "-o", str(data), "--", *command)
    ended = run_to_end(words, timeout_s, environment())
    if ended.stdout or ended.returncode <= 0:
        return ended  # the program began: perf has its status, or was ended by its signal
    return explain(ended.stderr.decode(errors="replace"), ended.returncode)


def script(data: Path, timeout_s: float) -> str | Failed:
    """Return the samples of a file as perf prints them."""
    ended = run_to_end(("perf", *SCRIPT, "-i", str(data)), timeout_s, environment())
    if ended.returncode:
        return Failed("perf-failed", f"perf script ended with {ended.returncode}", "perf script")
    return ended.stdout.decode(errors="replace")


def environment() -> dict[str, str]:
    """Return perf's environment: no settings of a person's own, and plain English; perf is the program's parent."""
    kept = {name: value for name, value in os.environ.items() if name != "LAB_PARENT_PID"}
    return {**kept, "PERF_CONFIG": "/dev/null", "LC_ALL": "C"}


def explain(complaint: str, status: int) -> Unsupported | Failed:
    """Return why perf did not record: not allowed, or its own first words."""
    if any(words in complaint for words in REFUSALS):
        return REFUSED
    said = next((line.strip() for line in complaint.splitlines() if line.strip() not in ("", "Error:")), "nothing")
    return Failed("perf-failed", f"perf record ended with {status} and said: {said[:200]}", "perf record")


def fold(text: str, begin: Iterable[str]) -> Folded:
    """Return the samples in a text of perf script; a stack starts with the innermost function named in `begin`."""
    event, stacks, elsewhere, begins = "", Counter[tuple[str, ...]](), 0, frozenset(begin)
    for block in text.split("\n\n"):
        head, *lines = block.strip("\n").split("\n")
        header = HEADER.fullmatch(head)
        if header is None:
            continue
        event = event or header[1]
        stack = cut([name(line) for line in lines], begins)
        if stack:
            stacks[stack] += 1
        else:
            elsewhere += 1
    return Folded(event, stacks, elsewhere)


def name(line: str) -> str:
    """Return the function that a line of a stack names, without the suffix of a compiler's copy of it."""
    frame = FRAME.fullmatch(line.rstrip())
    return frame[1].split(".")[0] or "unknown" if frame else "unknown"


def cut(innermost_first: list[str], begins: frozenset[str]) -> tuple[str, ...]:
    """Return a stack from its beginning inward, () where it does not go through one."""
    place = next((n for n, each in enumerate(innermost_first) if each in begins), None)
    return () if place is None else tuple(reversed(innermost_first[: place + 1]))
