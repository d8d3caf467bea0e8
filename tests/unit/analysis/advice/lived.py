"""Lives whose costs are known: 1,000 ns a file or mapping, 100 ns a page, alike in every block but for the block."""

from __future__ import annotations

from analysis.advice.limit import Limits
from analysis.advice.time import Lives, with_small_areas

BLOCKS = 4
PHASES = {
    "file_each": ("create", "ftruncate", "mmap", "first_touch", "munmap", "close"),
    "area": ("create", "ftruncate", "mmap", "first_touch", "wipe", "munmap", "close"),
    "malloc": ("malloc", "first_touch", "wipe", "free"),
    "mmap_mlock": ("mmap", "lock", "first_touch", "munmap"),
    "memfd_mlock": ("create", "ftruncate", "mmap", "lock", "first_touch", "munmap", "close"),
}
PAGES = {"area": (64, 256, 1024)}
FILE_PAGES = (1, 16, 256)


def known(spread: float = 0.0) -> Lives:
    """Return lives in which every phase takes 1,000 ns and 100 ns a page; block n takes 1 + n x spread as long."""
    return with_small_areas(
        {
            curve: {
                pages: {
                    phase: {block: (1000 + 100 * pages) * (1 + block * spread) for block in range(BLOCKS)}
                    for phase in phases
                }
                for pages in PAGES.get(curve, FILE_PAGES)
            }
            for curve, phases in PHASES.items()
        }
    )


def limits(**changes: object) -> Limits:
    """Return the limits of an ordinary user of a large machine."""
    usual = Limits(
        memlock_bytes=8 << 20,
        exempt=False,
        regime="mmap",
        scope="process",
        descriptors=1024,
        mappings=65530,
        memory_bytes=64 << 30,
        said_by="made up",
    )
    return usual.model_copy(update=changes)
