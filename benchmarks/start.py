"""How long a person waits. Promised: --help and the door itself at most 0.3 s each, doctor 2 s."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from cli.place import CHECKOUT

REPEATS = 7


def seconds(*words: str) -> float:
    """Return the median wall time of a command."""
    return statistics.median(once(words) for _ in range(REPEATS))


def once(words: tuple[str, ...]) -> float:
    """Return the wall time of one call."""
    begun = time.monotonic()
    subprocess.run(words, cwd=CHECKOUT, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begun


def main() -> None:
    """Print each time beside what was promised."""
    by_door, straight = seconds("./lab", "--help"), seconds(sys.executable, "-m", "cli", "--help")
    print(f"./lab --help: {by_door:.3f} s (<= 0.3)")
    print(f"the door's own part: {by_door - straight:.3f} s (<= 0.3)")
    print(f"./lab doctor: {seconds('./lab', 'doctor'):.2f} s (<= 2)")


if __name__ == "__main__":
    main()
