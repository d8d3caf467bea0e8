"""Which version of the lab measured: the commit of its checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
UNKNOWN = "unknown"


def commit() -> str:
    """Return the short hash of the checkout's commit, with -dirty where the code differs from it, else "unknown"."""
    head = git("rev-parse", "--short=10", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!results")
    return f"{head}-dirty" if changed and head != UNKNOWN else head


def git(*words: str) -> str:
    """Return what git says of the checkout; a checkout that belongs to somebody else is read all the same."""
    command = ("git", "-c", "safe.directory=*", "-C", str(CHECKOUT), *words)
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return UNKNOWN
    return answer.stdout.strip()
