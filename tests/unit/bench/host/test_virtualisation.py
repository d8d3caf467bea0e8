"""What stands below is named by evidence, never by firmware alone where firmware also stands on bare metal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.host.virtualisation import Evidence, describe, find_container

Plant = Callable[[dict[str, str]], Path]


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence(), "none"),
        (Evidence(dmi="Dell Inc. PowerEdge R750"), "none"),
        (Evidence(dmi="Amazon EC2 m7g.metal"), "none"),
        (Evidence(dmi="Microsoft Corporation Surface Pro"), "none"),
        (Evidence(hypervisor_flag=True, lscpu_vendor="KVM"), "kvm"),
        (Evidence(hypervisor_flag=True), "unknown hypervisor"),
        (Evidence(hypervisor_flag=True, dmi="Amazon EC2 m7a.large"), "amazon (Amazon EC2 m7a.large)"),
        (Evidence(hypervisor_flag=True, dmi="VMware, Inc. VMware7,1"), "vmware (VMware, Inc. VMware7,1)"),
        (Evidence(dmi="QEMU QEMU Virtual Machine"), "qemu (QEMU QEMU Virtual Machine)"),
        (Evidence(sys_hypervisor="xen"), "xen"),
        (Evidence(device_tree="linux,kvm"), "kvm"),
        (Evidence(release="5.15.167.4-microsoft-standard-WSL2", hypervisor_flag=True), "wsl"),
        (Evidence(container="podman"), "podman container"),
        (Evidence(lscpu_vendor="KVM", container="docker"), "kvm, docker container"),
    ],
)
def test_evidence_is_said_in_one_line(evidence: Evidence, said: str) -> None:
    assert describe(evidence) == said


@pytest.mark.parametrize(
    ("tree", "manager"),
    [
        ({"proc/1/cgroup": "0::/init.scope\n"}, ""),
        ({".dockerenv": ""}, "docker"),
        ({"run/.containerenv": ""}, "podman"),
        ({"run/systemd/container": "systemd-nspawn\n"}, "systemd-nspawn"),
        ({"proc/1/environ": "PATH=/bin\0container=lxc\0HOME=/root\0"}, "lxc"),
        ({"proc/1/cgroup": "4:memory:/kubepods/burstable/pod1\n"}, "kubepods"),
    ],
)
def test_container_is_known_by_its_marks(plant: Plant, tree: dict[str, str], manager: str) -> None:
    assert find_container(plant(tree)) == manager
