"""The caches and TLBs of CPU 0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bench.host.cpu import CPU, ROOT
from bench.model.environment import Cache, Tlb
from workloads.instruments.procfs import read_integer, read_line

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def parse_size(text: str) -> int | None:
    """Read a size such as 512K into bytes, None where it is not one."""
    match = re.fullmatch(r"(\d+)([KMG]?)", text)
    return int(match[1]) * UNITS[match[2]] if match else None


def caches(root: Path = ROOT) -> tuple[Cache, ...]:
    """Return the caches that CPU 0 uses, nearest first; empty where the kernel was told nothing (many Arm guests)."""
    found = []
    for index in sorted((root / CPU / "cpu0/cache").glob("index*")):
        level, size_bytes = read_integer(index / "level"), parse_size(read_line(index / "size"))
        if level is not None and size_bytes:
            found.append(Cache(level=level, kind=read_line(index / "type").lower(), size_bytes=size_bytes))
    return tuple(found)


def tlbs(cpuinfo: Mapping[str, str]) -> tuple[Tlb, ...]:
    """Return what /proc/cpuinfo says of the TLB; only AMD's has the line.

    Its number is the second-level data and instruction TLBs added up: cpu_detect_cache_sizes() in
    arch/x86/kernel/cpu/common.c adds the two fields of CPUID 0x80000006, EBX.
    """
    match = re.fullmatch(r"(\d+) (\w+) pages", cpuinfo.get("TLB size", ""))
    if not match or match[1] == "0":
        return ()
    return (Tlb(level=2, kind="data + instruction", page=match[2], entries=int(match[1]), source="/proc/cpuinfo"),)
