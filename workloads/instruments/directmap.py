"""The state of the kernel's direct map, as the kernel counts it for everybody to read."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from workloads.instruments.procfs import pick, read_text

MEMINFO_KEYS = {"DirectMap4k": "map_4k_bytes", "DirectMap2M": "map_2m_bytes", "DirectMap1G": "map_1g_bytes"}
VMSTAT_KEYS = {
    f"direct_map_{event}": event for event in ("level2_splits", "level3_splits", "level2_collapses", "level3_collapses")
}
KIB = 1024


@dataclass(frozen=True, slots=True)
class DirectMap:
    """How much of the direct map is mapped by pages of each size, and how often it was split since boot.

    Level 2 is a 2 MB page becoming 4 KB pages, level 3 a 1 GB page becoming 2 MB pages. None where the kernel does not
    say: arm64 has none of these lines; x86 counts splits since commit 575299ea18a8 and collapses since commit
    41d88484c71c. The sizes can add up to more than the memory there is, so they tell of change, not of state.
    """

    map_4k_bytes: int | None
    map_2m_bytes: int | None
    map_1g_bytes: int | None
    level2_splits: int | None
    level3_splits: int | None
    level2_collapses: int | None
    level3_collapses: int | None

    @property
    def counted(self) -> bool:
        """Tell whether this kernel says anything of its direct map."""
        return any(value is not None for value in self.as_counters().values())

    def as_counters(self) -> dict[str, int | None]:
        """Return the record as flat counters: direct_map_4k_bytes ... direct_map_level3_collapses."""
        return {f"direct_map_{name.removeprefix('map_')}": value for name, value in asdict(self).items()}


def parse(meminfo: str, vmstat: str) -> DirectMap:
    """Read the direct map out of the texts of /proc/meminfo (kB, made bytes) and /proc/vmstat (events)."""
    return DirectMap(**pick(meminfo, MEMINFO_KEYS, KIB), **pick(vmstat, VMSTAT_KEYS))


def told(meminfo: str, vmstat: str) -> dict[str, int]:
    """Return whatever a kernel says of its direct map, under its own names: sizes in bytes, and events.

    x86 tells of 4k, 2M and 1G; arm64 of these and of what several entries map together, in kernels that tell at all
    (Yang Shi, "arm64: mm: show direct mapping use in /proc/meminfo", LKML, 2026).
    """
    found = {}
    for text, prefix, scale in ((meminfo, "DirectMap", KIB), (vmstat, "direct_map_", 1)):
        for name, _, rest in (line.replace(":", " ", 1).partition(" ") for line in text.splitlines()):
            value = rest.split()[:1]
            if name.startswith(prefix) and value and value[0].isdecimal():
                found[name] = int(value[0]) * scale
    return found


def read() -> DirectMap:
    """Read the direct map as it is now."""
    return parse(read_text("/proc/meminfo"), read_text("/proc/vmstat"))
