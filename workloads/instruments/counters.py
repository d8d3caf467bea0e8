"""One snapshot of what the whole machine counts: two of them tell what happened around a trial."""

from __future__ import annotations

from workloads.instruments import directmap
from workloads.instruments.procfs import pick, read_text

Snapshot = dict[str, int | None]
"""A value by name; None where this machine does not count it, which is not 0."""

MEMINFO_KEYS = {
    "MemFree": "memory_free_bytes",
    "MemAvailable": "memory_available_bytes",
    "Secretmem": "secret_memory_bytes",  # mainline does not have this line yet
}
VMSTAT_KEYS = {key: key for key in ("pgfault", "pgmajfault", "thp_fault_alloc", "compact_stall")}
INTERRUPT_ROWS = {
    "Function call interrupts": "interrupts_cal",
    "TLB shootdowns": "interrupts_tlb",
    "Rescheduling interrupts": "interrupts_res",
}


def parse_meminfo(text: str) -> Snapshot:
    """Read free, available and secret memory in bytes out of /proc/meminfo."""
    return pick(text, MEMINFO_KEYS, directmap.KIB)


def parse_vmstat(text: str) -> Snapshot:
    """Read faults, huge-page faults and compaction stalls since boot out of /proc/vmstat."""
    return pick(text, VMSTAT_KEYS)


def parse_interrupts(text: str) -> Snapshot:
    """Sum the rows of inter-processor interrupts in /proc/interrupts over the CPUs that are online.

    Rows are known by what they say, because x86 labels them CAL, TLB and RES and arm64 IPI0, IPI1 ... in an order that
    has changed. arm64 flushes other CPUs' TLBs by TLBI broadcast, without an interrupt: interrupts_tlb is None there.
    A CPU that goes offline takes its column with it: compare snapshots of the same set of CPUs only. The calls are
    fewer than the flushes where a single other CPU idles by polling: it is woken by a flag and not by an interrupt
    (commit b2a02fc43a1f).
    """
    found: Snapshot = dict.fromkeys(INTERRUPT_ROWS.values())
    for line in text.splitlines():
        for description, name in INTERRUPT_ROWS.items():
            if line.endswith(description):
                counts = line.removesuffix(description).partition(":")[2].split()
                found[name] = sum(int(count) for count in counts if count.isdecimal())
    return found


def parse_stat(text: str) -> Snapshot:
    """Read ticks stolen by the host (all CPUs) and context switches since boot out of /proc/stat."""
    found: Snapshot = {"steal_ticks": None, "context_switches": None}
    for line in text.splitlines():
        if line.startswith("cpu "):
            ticks = line.split()
            found["steal_ticks"] = int(ticks[8]) if len(ticks) > 8 else None
        elif line.startswith("ctxt "):
            found["context_switches"] = int(line.split()[1])
    return found


def snapshot() -> Snapshot:
    """Read every counter once: a flat dict in a fixed order, integers since boot, or bytes where the name says so."""
    meminfo, vmstat = read_text("/proc/meminfo"), read_text("/proc/vmstat")
    return {
        **directmap.parse(meminfo, vmstat).as_counters(),
        **parse_vmstat(vmstat),
        **parse_interrupts(read_text("/proc/interrupts")),
        **parse_stat(read_text("/proc/stat")),
        **parse_meminfo(meminfo),
    }
