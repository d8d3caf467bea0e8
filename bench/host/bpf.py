"""Why the kernel's direct map cannot be read from inside: each cause named apart, with the line that changes it."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from pathlib import Path

from bench.host import memory, privilege
from bench.host.check import UNCHANGEABLE
from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_line, read_text
from workloads.program import Refused
from workloads.spec import Unsupported

READABLE = "x86_64"
STEPS = ("bpf-built", "bpf-load", "bpf-run", "pagemap", "iomem", "direct-map")
"""The steps at which native/directmap.h may be refused."""
NEEDED = frozenset({"bpf", "perfmon"})
CONTAINER = "outside of a container, or in one with --cap-add BPF --cap-add PERFMON --cap-add SYS_ADMIN"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells the causes apart; `bpf` and `btf` say whether the kernel has bpf(2) and describes its types."""

    architecture: str
    superuser: bool
    privilege: privilege.Privilege
    lockdown: str
    bpf: bool
    btf: bool

    @property
    def capable(self) -> bool:
        """Tell whether the capabilities for reading kernel memory by BPF are there (include/linux/capability.h)."""
        return "sys_admin" in self.privilege.capabilities or self.privilege.capabilities >= NEEDED


def collect(root: Path = ROOT, architecture: str | None = None) -> Evidence:
    """Gather the evidence; `architecture` where `root` is another machine's."""
    status = read_text(root / "proc/self/status")
    return Evidence(
        architecture=architecture or platform.machine(),
        superuser=bool(re.search(r"^Uid:\s+\d+\s+0\s", status, re.MULTILINE)),
        privilege=privilege.parse(status),
        lockdown=memory.choice(read_line(root / "sys/kernel/security/lockdown")) or "none",
        bpf=(root / "proc/sys/kernel/unprivileged_bpf_disabled").exists(),
        btf=(root / "sys/kernel/btf/vmlinux").exists(),
    )


def diagnose(refused: Refused, seen: Evidence) -> Unsupported:
    """Name the cause of a refusal at one of STEPS.

    Slugs: bpf-architecture, bpf-not-built, bpf-unprivileged, bpf-no-capability, bpf-locked-down, bpf-no-btf,
    bpf-filtered, bpf-refused, pagemap-hidden, direct-map-not-found.
    """
    text = f"{refused.message} ({refused.step}: {refused.errno_name})"
    if seen.architecture != READABLE:
        reason = f"this lab walks the page tables of x86-64 alone; this is {seen.architecture}"
        return Unsupported("bpf-architecture", reason, UNCHANGEABLE + "what its kernel counts is recorded")
    if refused.step == "bpf-built" or not seen.bpf:
        return not_built(seen)
    if refused.step in ("pagemap", "iomem"):
        hidden = f"physical addresses are hidden without CAP_SYS_ADMIN ({refused.step}: {refused.errno_name})"
        remedy = f"run it {CONTAINER}" if seen.superuser else "sudo ./lab run"
        return Unsupported("pagemap-hidden", hidden, remedy)
    if refused.step == "direct-map":
        why = "the kernel's direct map was not found where x86-64 has it"
        return Unsupported("direct-map-not-found", why, "report it, with the kernel's version and configuration")
    return barred(seen) or Unsupported("bpf-refused", f"{text}; it takes Linux 5.17", "boot Linux 5.17 or later")


def not_built(seen: Evidence) -> Unsupported:
    """Say which of the two was built without BPF: the kernel, or the programs of the lab."""
    if not seen.bpf:
        return Unsupported("bpf-not-built", "no bpf(2) in this kernel", "boot a kernel built with CONFIG_BPF_SYSCALL=y")
    reason = "the programs were built without BPF: clang or libbpf was not there"
    return Unsupported("bpf-not-built", reason, "install clang and libbpf-dev (libbpf-devel), then ./lab doctor")


def barred(seen: Evidence) -> Unsupported | None:
    """Return what keeps BPF programs from being loaded, None where nothing speaks against it."""
    if not seen.capable and not seen.superuser:
        return Unsupported("bpf-unprivileged", "an ordinary user may not read the kernel's memory", "sudo ./lab run")
    if not seen.capable:
        reason = "BPF needs CAP_BPF and CAP_PERFMON, which root does not have here"
        return Unsupported("bpf-no-capability", reason, f"run it {CONTAINER}")
    if seen.lockdown == "confidentiality":
        reason = "kernel lockdown is at confidentiality: BPF programs may not read kernel memory"
        return Unsupported("bpf-locked-down", reason, "boot with lockdown=integrity or without lockdown=")
    if not seen.btf:
        reason = "the kernel does not describe its types (/sys/kernel/btf/vmlinux)"
        return Unsupported("bpf-no-btf", reason, "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y")
    if seen.privilege.filtered:
        reason = "a seccomp filter (of a container or a service) refuses bpf(2)"
        return Unsupported("bpf-filtered", reason, "docker run --security-opt seccomp=unconfined ..., or run outside")
    return None
