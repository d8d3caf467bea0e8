"""Frames on a console: what came whole counts, and what did not is named; nothing is believed."""

from __future__ import annotations

import base64
import zlib

import pytest

from bench.guest.frame import read_console


def frame(name: str, body: bytes, *, size: int | None = None, crc: int | None = None, between: str = "") -> bytes:
    """Return a frame as workloads/guest sends it, with what a kernel may have written into it."""
    lines = [base64.b64encode(body[n : n + 57]).decode() for n in range(0, len(body), 57)]
    told = len(body) if size is None else size
    check = zlib.crc32(body) if crc is None else crc
    text = "\n".join((f"@lab begin {name} {told}", *lines, *([between] if between else ()), ""))
    return f"{text}@lab end {name} {check:08x}\n".encode().replace(b"\n", b"\r\n")


def test_frames_and_the_kernels_lines_are_told_apart() -> None:
    body = bytes(range(256)) * 3
    seen = read_console(b"[    0.0] Linux\r\n" + frame("job/0/stdout", body) + b"\r\n" + frame("done", b"complete"))
    assert seen.frames == {"job/0/stdout": body, "done": b"complete"}
    assert seen.lines == ("[    0.0] Linux",) and seen.torn == ()


@pytest.mark.parametrize(
    "wrong",
    [
        frame("a", b"some bytes", size=9),
        frame("a", b"some bytes", crc=1),
        frame("a", b"some bytes", between="[    9.1] a line of the kernel's"),
        frame("a", b"some bytes").replace(b"end a", b"end b"),
        frame("a", b"some bytes")[:-20],
    ],
    ids=["size", "checksum", "line between", "name", "cut off"],
)
def test_frame_that_is_not_whole_is_torn(wrong: bytes) -> None:
    seen = read_console(wrong)
    assert seen.frames == {} and seen.torn == ("a",)


def test_line_of_a_dying_kernel_within_a_frame_is_not_lost() -> None:
    cut = frame("a", b"some bytes" * 20)[:-40] + b"\r\n[    9.1] Kernel panic - not syncing: x\r\n"
    assert read_console(cut).lines == ("[    9.1] Kernel panic - not syncing: x",)


def test_bytes_of_any_kind_are_no_error() -> None:
    assert read_console(bytes(range(256)) * 9).frames == {}
