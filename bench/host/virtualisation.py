"""What stands between the lab and the hardware: a hypervisor, a container, both or neither."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.host import cpu
from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_line, read_text

DMI = Path("sys/class/dmi/id")
VENDORS = {
    "amazon ec2": "amazon",
    "google": "google",
    "qemu": "qemu",
    "vmware": "vmware",
    "innotek": "virtualbox",
    "virtualbox": "virtualbox",
    "xen": "xen",
    "bochs": "bochs",
    "parallels": "parallels",
    "bhyve": "bhyve",
    "microsoft": "hyper-v",
    "apple virtualization": "apple",
    "kvm": "kvm",
    "openstack": "kvm",
    "kubevirt": "kvm",
    "digitalocean": "kvm",
    "hetzner": "kvm",
}
ALSO_BARE = ("amazon", "google", "hyper-v", "kvm")
"""Vendors whose name stands on bare metal too (EC2 *.metal, Surface, Hetzner): not enough without other evidence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found; "" and False where there was nothing."""

    hypervisor_flag: bool = False
    sys_hypervisor: str = ""
    lscpu_vendor: str = ""
    dmi: str = ""
    device_tree: str = ""
    release: str = ""
    container: str = ""


def find_container(root: Path = ROOT) -> str:
    """Name the container manager by the marks that it leaves; "" where there is no mark that may be read."""
    if manager := read_line(root / "run/systemd/container"):
        return manager
    for path, manager in ((".dockerenv", "docker"), ("run/.containerenv", "podman")):
        if (root / path).exists():
            return manager
    marks = read_text(root / "proc/1/cgroup") + read_text(root / "proc/1/environ").replace("\0", "\n")
    match = re.search(r"^container=(\w[\w.-]*)$|(docker|kubepods|libpod|lxc|containerd)", marks, re.MULTILINE)
    return next(word for word in match.groups() if word) if match else ""


def collect(lscpu: Mapping[str, str], root: Path = ROOT) -> Evidence:
    """Look for marks of a hypervisor and of a container; needs no privilege and no systemd."""
    return Evidence(
        hypervisor_flag="hypervisor" in cpu.flags(root),
        sys_hypervisor=read_line(root / "sys/hypervisor/type"),
        lscpu_vendor=lscpu.get("Hypervisor vendor", ""),
        dmi=f"{read_line(root / DMI / 'sys_vendor')} {read_line(root / DMI / 'product_name')}".strip(),
        device_tree=read_line(root / "proc/device-tree/hypervisor/compatible").strip("\0"),
        release=read_line(root / "proc/sys/kernel/osrelease"),
        container=find_container(root),
    )


def name_hypervisor(evidence: Evidence) -> str:
    """Name the hypervisor, "" where there is none: what the CPU says counts before what the firmware is called.

    On x86 every hypervisor sets the CPU flag; Arm has none, so there the firmware's vendor or the device tree decides.
    """
    if "microsoft" in evidence.release.lower():
        return "wsl"
    vendor = next((name for mark, name in VENDORS.items() if mark in evidence.dmi.lower()), "")
    sure = evidence.hypervisor_flag or evidence.sys_hypervisor or evidence.lscpu_vendor or evidence.device_tree
    if not sure and (vendor in ALSO_BARE or not vendor):
        return ""
    named = evidence.lscpu_vendor or evidence.sys_hypervisor or evidence.device_tree.removeprefix("linux,") or vendor
    return named.lower() or "unknown hypervisor"


def describe(evidence: Evidence) -> str:
    """Say it in one line, from the outside in: "none", "kvm", "kvm (Amazon EC2 m7a.large)", "kvm, docker container"."""
    hypervisor = name_hypervisor(evidence)
    if hypervisor and evidence.dmi:
        hypervisor = f"{hypervisor} ({evidence.dmi})"
    container = f"{evidence.container} container" if evidence.container else ""
    return ", ".join(part for part in (hypervisor, container) if part) or "none"
