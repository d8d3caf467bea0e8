"""The kinds of boots that this machine can make, and why not of the others."""

from __future__ import annotations

import os
from pathlib import Path

from bench.host import cpu, kernel
from bench.host.cpu import ROOT
from bench.model.boot import Kind
from workloads.instruments.procfs import read_text
from workloads.spec import Unsupported

X86 = (
    Kind(name="1g", entries="1g", remove=("nogbpages", "debug_pagealloc")),
    Kind(name="2m", entries="2m", add=("nogbpages",), remove=("gbpages", "debug_pagealloc")),
    Kind(
        name="4k",
        entries="4k",
        add=("debug_pagealloc=on",),
        remove=("nogbpages",),
        note="debug_pagealloc also unmaps each page as it is freed: it changes more than the size of the entries.",
    ),
)
"""nogbpages: arch/x86/mm/init_64.c; debug_pagealloc: probe_page_size_mask() in arch/x86/mm/init.c uses 4 KB then."""
ARM = (
    Kind(name="4k", entries="4k", add=("rodata=full",)),
    Kind(
        name="blocks",
        entries="blocks",
        add=("rodata=off",),
        note="rodata=off also leaves the kernel's text writable, and memfd_secret(2) mostly answers ENOSYS there.",
    ),
)
"""can_set_direct_map() in arch/arm64/mm/pageattr.c."""
KINDS = {"x86_64": X86, "aarch64": ARM}
USUAL = {"x86_64": ("1g", "2m"), "aarch64": ("4k", "blocks")}


def known(architecture: str) -> tuple[Kind, ...]:
    """Return the kinds that an architecture has, none where it is not known."""
    return KINDS.get(architecture, ())


def obstacle(kind: Kind, root: Path = ROOT, architecture: str = "") -> Unsupported | None:
    """Return why this machine cannot make a kind of boot, as far as that can be told before; None where it may.

    Unsupported: boot-no-1g (a CPU without pages of 1 GB), boot-no-4k (a kernel without debug_pagealloc).
    """
    if (architecture or os.uname().machine) != "x86_64":
        return None
    flags = cpu.parse_cpuinfo(read_text(root / "proc/cpuinfo")).get("flags", "").split()
    if kind.entries == "1g" and "pdpe1gb" not in flags:
        return Unsupported("boot-no-1g", "this CPU has no pages of 1 GB (pdpe1gb is not among its flags)")
    if kind.entries == "4k" and kernel.build_option("CONFIG_DEBUG_PAGEALLOC", root) == "n":
        reason = "this kernel was built without CONFIG_DEBUG_PAGEALLOC"
        return Unsupported("boot-no-4k", reason, "boot a kernel that has it, or leave 4k out")
    return None
