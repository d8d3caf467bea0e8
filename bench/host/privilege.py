"""What this process may do: the capabilities that the kernel gave it, and the filters that it is under."""

from __future__ import annotations

import re
from dataclasses import dataclass

CAPABILITIES = {"ipc_lock": 14, "sys_admin": 21, "sys_resource": 24, "perfmon": 38, "bpf": 39}
"""Numbers of include/uapi/linux/capability.h."""


@dataclass(frozen=True, slots=True)
class Privilege:
    """Effective capabilities by the names above, and whether a seccomp filter stands before system calls."""

    capabilities: frozenset[str]
    filtered: bool


def parse(status: str) -> Privilege:
    """Read the privileges out of a /proc/PID/status text; none where it has no such lines."""
    effective = re.search(r"^CapEff:\s*([0-9a-fA-F]+)$", status, re.MULTILINE)
    bits = int(effective[1], 16) if effective else 0
    held = frozenset(name for name, bit in CAPABILITIES.items() if bits >> bit & 1)
    return Privilege(held, bool(re.search(r"^Seccomp:\s*2$", status, re.MULTILINE)))
