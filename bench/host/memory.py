"""The machine's memory: how much, on which nodes, in which page sizes, and who may take it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bench.host.cpu import ROOT
from bench.model.environment import NumaNode
from workloads.instruments.procfs import pick, read_integer, read_line, read_text

KIB = 1024
NODE = Path("sys/devices/system/node")
HUGE_PAGES = Path("sys/kernel/mm/hugepages")
TRANSPARENT = Path("sys/kernel/mm/transparent_hugepage")
REPORTING_ORDER = Path("sys/module/page_reporting/parameters/page_reporting_order")
VIRTIO = Path("sys/bus/virtio/devices")
BALLOON_DEVICE = "0x0005"
BALLOON_REPORTING_BIT = 5  # VIRTIO_BALLOON_F_REPORTING, include/uapi/linux/virtio_balloon.h
LARGEST_ORDER = 31


@dataclass(frozen=True, slots=True)
class Pool:
    """The hugetlb pool of one page size: pages in it, and those of them that nobody uses or has reserved."""

    page_bytes: int
    pages: int
    free_pages: int


def total_bytes(meminfo: str) -> int:
    """Return MemTotal of a /proc/meminfo text in bytes, 0 where there is none."""
    return pick(meminfo, {"MemTotal": "total"}, KIB)["total"] or 0


def available_bytes(meminfo: str) -> int:
    """Return MemAvailable of a /proc/meminfo text in bytes: what can be taken without swapping."""
    return pick(meminfo, {"MemAvailable": "available"}, KIB)["available"] or 0


def nodes(root: Path = ROOT) -> tuple[NumaNode, ...]:
    """Return the memory nodes with their CPUs, in the order of their numbers; empty where the kernel has no NUMA."""
    found = []
    for path in sorted((root / NODE).glob("node[0-9]*"), key=lambda path: int(path.name[4:])):
        match = re.search(r"MemTotal:\s+(\d+) kB", read_text(path / "meminfo"))
        size_bytes = int(match[1]) * KIB if match else 0
        found.append(NumaNode(node=int(path.name[4:]), memory_bytes=size_bytes, cpus=read_line(path / "cpulist")))
    return tuple(found)


def choice(text: str) -> str:
    """Return the bracketed word of a setting such as "always [madvise] never", the whole text where there is none."""
    match = re.search(r"\[([^\]]+)\]", text)
    return match[1] if match else text


def transparent_hugepage(root: Path = ROOT) -> str:
    """Return when anonymous memory gets transparent huge pages: always, madvise or never; "absent" if not built."""
    return choice(read_line(root / TRANSPARENT / "enabled")) or "absent"


def pools(root: Path = ROOT) -> tuple[Pool, ...]:
    """Return the hugetlb pools, smallest page first; empty where the kernel has no hugetlb."""
    found = []
    for path in (root / HUGE_PAGES).glob("hugepages-*kB"):
        pages, free = read_integer(path / "nr_hugepages"), read_integer(path / "free_hugepages")
        reserved = read_integer(path / "resv_hugepages") or 0
        size_bytes = int(path.name.removeprefix("hugepages-").removesuffix("kB")) * KIB
        found.append(Pool(size_bytes, pages or 0, max(0, (free or 0) - reserved)))
    return tuple(sorted(found, key=lambda pool: pool.page_bytes))


def balloon_reports(root: Path = ROOT) -> bool | None:
    """Tell whether a virtio balloon gives free pages back to the host; None where there is no balloon to be seen."""
    for device in sorted((root / VIRTIO).glob("virtio*")):
        if read_line(device / "device") == BALLOON_DEVICE:
            features = read_line(device / "features")  # one digit a bit, bit 0 first
            return features[BALLOON_REPORTING_BIT : BALLOON_REPORTING_BIT + 1] == "1"
    return None


def free_page_reporting(root: Path = ROOT) -> str:
    """Say whether free memory goes back to the host, so that the next touch of it pays for a fault of the host's too.

    "on (order N: blocks of 2^N pages)", "off (why)". The order is a number from registration on, and -1 (or, read as
    unsigned, 4294967295) until a device has registered: page_reporting_register() in mm/page_reporting.c.
    """
    order, balloon = read_integer(root / REPORTING_ORDER), balloon_reports(root)
    if balloon is False:
        return "off (the balloon does not offer it)"
    if order is None:
        return "on (order unknown)" if balloon else "off (not in this kernel)"
    if not 0 <= order <= LARGEST_ORDER:
        return "off (no device asked for it)"
    return f"on (order {order})" if balloon else f"unknown (order {order}, no balloon to be seen)"
