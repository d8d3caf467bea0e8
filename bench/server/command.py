"""A server's commands, each run by the native follower: pinned, as an ordinary user, and ending with the lab."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.server.spec import Words
from workloads.program import PROGRAMS, run_to_end
from workloads.spec import Unsupported

PATIENCE_S = 60.0
"""For a database to be made and filled."""
LINES, LINE_LENGTH = 3, 160
OTHER_USER, OTHER_GROUP = 65534, 65534


@dataclass(frozen=True, slots=True)
class Follower:
    """How a server's programs are run: for which folder, on which CPUs, and for root as whom (user, group)."""

    folder: Path
    cpus: tuple[int, ...]
    user: tuple[int, int] | None

    def words(self, command: Words, stop: signal.Signals) -> Words:
        """Return the command line under the follower."""
        user = ("--user", str(self.user[0]), "--group", str(self.user[1])) if self.user else ()
        on = ("--cpus", ",".join(map(str, self.cpus)))
        return (str(PROGRAMS / "follower"), "--signal", str(int(stop)), *user, *on, "--", *command)

    def environment(self) -> dict[str, str]:
        """Return variables that are the same on every machine: a user's own would change what a server does."""
        path = os.environ.get("PATH", os.defpath)
        return {"PATH": path, "HOME": str(self.folder), "LC_ALL": "C", "TZ": "UTC", "LAB_PARENT_PID": str(os.getpid())}

    def start(self, command: Words, stop: signal.Signals, log: Path) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own; what it says goes to a file."""
        with log.open("ab") as said:
            return subprocess.Popen(
                self.words(command, stop),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.folder,
                env=self.environment(),
                process_group=0,
            )

    def run(self, command: Words) -> Unsupported | None:
        """Run a command to its end; Unsupported (server-not-started) with its last lines where it went wrong."""
        name = Path(command[0]).name
        try:
            ended = run_to_end(self.words(command, signal.SIGKILL), PATIENCE_S, self.environment())
        except subprocess.TimeoutExpired:
            return refused(f"{name} had not ended after {PATIENCE_S:.0f} s", b"", self.folder)
        if ended.returncode:
            return refused(f"{name} ended with {ended.returncode}", ended.stdout + ended.stderr, self.folder)
        return None


def other_user() -> tuple[int, int] | None:
    """Return whom root runs servers as: they are refused, or should be, root's rights. None for anybody else."""
    if os.geteuid():
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return OTHER_USER, OTHER_GROUP
    return entry.pw_uid, entry.pw_gid


def refused(what: str, said: bytes, folder: Path) -> Unsupported:
    """Return the reason for a server that could not be started, with the last lines of what it said."""
    return Unsupported(
        "server-not-started", with_lines(what, said, folder), "./lab list clears up; try its command by hand"
    )


def with_lines(what: str, said: bytes, folder: Path) -> str:
    """Return what happened, and the last lines of a log: printable, short, and without the folder's path."""
    text = said.decode("utf-8", "replace").replace(str(folder), "DATA")
    shown = ("".join(c if c.isprintable() else " " for c in line).strip() for line in text.splitlines())
    last = [line[:LINE_LENGTH] for line in shown if line][-LINES:]
    return f"{what}: {' | '.join(last)}" if last else what
