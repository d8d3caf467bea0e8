"""An ear: ssh or sftp as Ansible calls them, of which this machine hears only so much; a program of its own.

Ansible keeps in memory, and writes to its log, whatever a host says, and a host may say something without end.
"""

from __future__ import annotations

import selectors
import subprocess
import sys
from collections.abc import Mapping
from typing import BinaryIO

MOST_BYTES = 1 << 16
"""An honest answer has a line, and Ansible's own modules say a page or two."""
PIECE_BYTES = 1 << 14
TOO_MUCH = 1


def main(words: list[str]) -> int:
    """Call a program and pass on what it says; returns its status, or TOO_MUCH where it was ended for what it said."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as called:
        assert called.stdout and called.stderr
        if not listen({called.stdout: sys.stdout.buffer, called.stderr: sys.stderr.buffer}):  # type: ignore[dict-item]
            called.kill()
            sys.stderr.write(f"\nit answered more than {MOST_BYTES} bytes, and was cut off\n")
            return TOO_MUCH
    return called.returncode


def listen(passed: Mapping[BinaryIO, BinaryIO]) -> bool:
    """Pass on what comes by each pipe until all have ended; returns whether they did before they had said too much."""
    left_bytes = MOST_BYTES
    with selectors.DefaultSelector() as selector:
        for source in passed:
            selector.register(source, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                piece = key.fileobj.read(PIECE_BYTES)  # type: ignore[union-attr]
                left_bytes -= len(piece)
                if left_bytes < 0:
                    return False
                if not piece:
                    selector.unregister(key.fileobj)
                passed[key.fileobj].write(piece)  # type: ignore[index]
                passed[key.fileobj].flush()  # type: ignore[index]
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
