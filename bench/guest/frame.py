"""Frames: what a guest sent over its console (workloads/guest/frame.h), apart from what its kernel wrote there."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

BEGIN = re.compile(rb"@lab begin (\S{1,500}) (\d{1,9})")
END = re.compile(rb"@lab end (\S{1,500}) ([0-9a-f]{8})")
MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Console:
    """A console, read: whole frames by name, the names of those that did not come through whole, the other lines."""

    frames: dict[str, bytes]
    torn: tuple[str, ...]
    lines: tuple[str, ...]


def read_console(data: bytes) -> Console:
    """Read a console; nothing in it is believed: a frame counts where its length and its checksum are right."""
    frames: dict[str, bytes] = {}
    torn: list[str] = []
    others: list[str] = []
    held: list[bytes]
    lines = iter(data[:MOST_BYTES].replace(b"\r", b"").split(b"\n"))
    for line in lines:
        begun = BEGIN.fullmatch(line)
        if begun is None:
            others.append(line.decode("ascii", "replace"))
            continue
        name, held = begun[1].decode("ascii", "replace"), []
        body = read_body(lines, begun[1], int(begun[2]), held)
        if body is None:
            torn.append(name)
            others.extend(each.decode("ascii", "replace") for each in held if b" " in each)
        else:
            frames[name] = body
    return Console(frames, tuple(torn), tuple(line for line in others if line.strip()))


def read_body(lines: Iterator[bytes], name: bytes, size: int, held: list[bytes]) -> bytes | None:
    """Return the bytes of a frame whose first line was read, None where they are not what was sent.

    `held` gets its lines, among which may be some of the kernel's.
    """
    for line in lines:
        end = END.fullmatch(line)
        if end is None:
            held.append(line)
            continue
        try:
            body = b"".join(base64.b64decode(each, validate=True) for each in held)
        except binascii.Error:
            return None
        return body if end[1] == name and len(body) == size and b"%08x" % zlib.crc32(body) == end[2] else None
    return None
