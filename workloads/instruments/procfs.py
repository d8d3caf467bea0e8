"""Small files that the kernel writes on demand: read whole, at once, and empty where they cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

CHUNK_BYTES = 1 << 16


def read_text(path: Path | str) -> str:
    """Return the whole text of a file of /proc or /sys, "" where it is absent or refused.

    Bare descriptors, because this runs on both sides of every trial: half the cost of open(), which also asks for the
    file's size, its position and whether it is a terminal.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return b"".join(iter(lambda: os.read(descriptor, CHUNK_BYTES), b"")).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def read_line(path: Path | str) -> str:
    """Return the text of a file that holds one value, without the white space around it; "" where there is none."""
    return read_text(path).strip()


def read_integer(path: Path | str) -> int | None:
    """Return the decimal integer that a file holds, None where there is none."""
    text = read_line(path)
    return int(text) if text.lstrip("-").isdecimal() else None


def pick(text: str, names: dict[str, str], scale: int = 1) -> dict[str, int | None]:
    """Pick integers out of lines of `Key value` or `Key: value kB`: {our name: value * scale}, None where absent.

    `names` maps the kernel's key to our name.
    """
    found: dict[str, int | None] = dict.fromkeys(names.values())
    for line in text.splitlines():
        key, _, rest = line.replace(":", " ", 1).partition(" ")
        if key in names:
            found[names[key]] = int(rest.split()[0]) * scale
    return found
