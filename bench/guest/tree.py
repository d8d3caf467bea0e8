"""A guest's files of /proc and /sys, brought here: a folder that the lab's own readers take for a machine's root."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

CPU = "/sys/devices/system/cpu"
NODE = "/sys/devices/system/node"
WANTED = (
    *(f"/proc/{name}" for name in ("cpuinfo", "meminfo", "vmstat", "cmdline", "version", "iomem", "interrupts")),
    *(f"/proc/sys/kernel/{name}" for name in ("osrelease", "unprivileged_bpf_disabled", "random/boot_id")),
    *("/proc/self/status", "/proc/1/cgroup", "/proc/device-tree/hypervisor/compatible"),
    *(f"{CPU}/{name}" for name in ("online", "present", "vulnerabilities/*", "cpu*/online")),
    *(f"{CPU}/cpu*/topology/{name}" for name in ("physical_package_id", "thread_siblings_list")),
    *(f"{CPU}/cpu0/cache/index*/{name}" for name in ("level", "size", "type")),
    *(f"{NODE}/node*/{name}" for name in ("meminfo", "cpulist")),
    "/sys/devices/system/clocksource/clocksource0/current_clocksource",
    *(f"/sys/class/dmi/id/{name}" for name in ("sys_vendor", "product_name")),
    *(f"/sys/kernel/mm/hugepages/*/{name}" for name in ("nr_hugepages", "free_hugepages", "resv_hugepages")),
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/security/lockdown",
    "/sys/module/page_reporting/parameters/page_reporting_order",
    *("/sys/module/secretmem", "/sys/module/secretmem/parameters/enable"),
    "?/sys/kernel/btf/vmlinux",
    *(f"/sys/power/{name}" for name in ("disk", "state")),
)
"""Patterns of what a guest is to send; of a file behind "?" only that it is there."""


def plant(frames: Mapping[str, bytes], root: Path) -> None:
    """Write the files and folders that a guest sent below a folder; a path that leads out of it is left out.

    Raises OSError.
    """
    for name, data in frames.items():
        kind, slash, path = name.partition("/")
        target = PurePosixPath(path)
        if kind not in ("file", "folder") or not slash or target.is_absolute() or ".." in target.parts:
            continue
        where = root / target
        if kind == "folder":
            where.mkdir(parents=True, exist_ok=True)
        else:
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(data)
