"""Whether this process may learn the physical frames of its own pages."""

from __future__ import annotations

import ctypes
import mmap
from pathlib import Path

FRAME_BITS = (1 << 55) - 1
PAGEMAP = Path("/proc/self/pagemap")


def are_visible() -> bool:
    """Touch a page and ask /proc/self/pagemap for its frame: 0, or a refusal, where CAP_SYS_ADMIN is missing."""
    with mmap.mmap(-1, mmap.PAGESIZE) as page:
        page[0] = 1
        word = ctypes.c_char.from_buffer(page)
        address = ctypes.addressof(word)
        del word  # it holds the mapping open
        try:
            with PAGEMAP.open("rb", buffering=0) as file:
                file.seek(address // mmap.PAGESIZE * 8)
                return int.from_bytes(file.read(8), "little") & FRAME_BITS != 0
        except OSError:
            return False
