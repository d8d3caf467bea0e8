"""The machine's name: a short hash that is the same from boot to boot and tells nobody which machine it is."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from bench.host import cache, cpu, memory
from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_line, read_text

APPLICATION = "secretmem-lab machine 8e8f6d0c "
"""Fixed for ever: another string gives every machine another name."""


def digest(text: str) -> str:
    """Return the first 8 hex digits of the application's own hash of a text."""
    return hashlib.sha256(f"{APPLICATION}{text}".encode()).hexdigest()[:8]


def hardware(root: Path = ROOT) -> str:
    """Return the facts of the hardware that stay from boot to boot, as one text; equal machines give equal texts."""
    cpuinfo = cpu.parse_cpuinfo(read_text(root / "proc/cpuinfo"))
    size_gib = round(memory.total_bytes(read_text(root / "proc/meminfo")) / (1 << 30))
    model = "/".join(cpuinfo.get(key, "") for key in ("cpu family", "model", "stepping"))
    sizes = "/".join(str(each.size_bytes) for each in cache.caches(root))
    return f"{cpu.name(cpuinfo, {})}|{model}|{sizes}|{len(cpu.present(root))}|{size_gib}"


def name(root: Path = ROOT) -> str:
    """Return the machine's name: 8 hex digits from its hardware, and from /etc/machine-id where it has one.

    Not from the id alone: an image that is booted on many machines gives all of them the same.

    The id itself is not to be shown (machine-id(5)), so it goes through a hash of our own, as
    sd_id128_get_machine_app_specific(3) does.
    """
    machine_id = read_line(root / "etc/machine-id")
    known = machine_id if re.fullmatch(r"[0-9a-f]{32}", machine_id) else ""
    return digest(f"{known}|{hardware(root)}")
