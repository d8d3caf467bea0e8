"""What /proc tells of the direct map to everybody, for where it cannot be read from inside."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping

from bench.run.cartographer import Refusal
from workloads.instruments import directmap
from workloads.instruments.procfs import read_text
from workloads.spec import Unsupported

GIB = 1 << 30
CANNOT_TELL = (
    "What /proc tells instead; it can be off, and does not tell where the map was split, which pages are out of it, "
    "nor what was once out:"
)


def kernel_says() -> dict[str, int]:
    """Return what the kernel tells of its direct map to everybody."""
    return directmap.told(read_text("/proc/meminfo"), read_text("/proc/vmstat"))


def instead(refusal: Refusal, told: Mapping[str, int]) -> Iterator[str]:
    """Yield why the map cannot be read, what changes that, and what there is instead."""
    yield f"The direct map cannot be read from inside: {refusal.reason} [{refusal.slug}]"
    if isinstance(refusal, Unsupported) and refusal.remedy:
        yield f"  -> {refusal.remedy}"
    if not told:
        yield f"This kernel ({platform.machine()}) says nothing of its direct map in /proc either."
        return
    yield CANNOT_TELL
    for name, value in told.items():
        yield f"  {name:32}{value / GIB:10.2f} GB" if name.startswith("DirectMap") else f"  {name:32}{value:10,}"
