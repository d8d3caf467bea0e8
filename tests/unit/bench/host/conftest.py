"""Two machines on paper: a folder each, with the files of /proc, /sys and /etc that the host layer reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Tree = dict[str, str]
Plant = Callable[[Tree], Path]

X86_METAL: Tree = {
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: AMD EPYC 9654\nflags\t\t: fpu tsc pdpe1gb\n"
    "TLB size\t: 3584 4K pages\n\nprocessor\t: 1\nmodel name\t: AMD EPYC 9654\n",
    "proc/meminfo": "MemTotal:  16777216 kB\nMemAvailable:  8388608 kB\nDirectMap4k:  4 kB\n",
    "proc/vmstat": "direct_map_level2_splits 4\n",
    "proc/cmdline": "BOOT_IMAGE=/vmlinuz root=UUID=1234 ip=10.0.0.7 mitigations=off nogbpages quiet\n",
    "proc/sys/kernel/osrelease": "6.12.48-amd64\n",
    "proc/sys/kernel/random/boot_id": "11111111-2222-3333-4444-555555555555\n",
    "proc/self/status": "CapEff:\t000001ffffffffff\nSeccomp:\t0\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
    "sys/devices/system/cpu/online": "0-3\n",
    "sys/devices/system/cpu/present": "0-5\n",
    "sys/devices/system/cpu/cpu1/online": "1\n",
    "sys/devices/system/cpu/cpu2/online": "1\n",
    "sys/devices/system/cpu/cpu3/online": "1\n",
    "sys/devices/system/cpu/cpu0/topology/thread_siblings_list": "0,2\n",
    "sys/devices/system/cpu/cpu0/topology/physical_package_id": "0\n",
    "sys/devices/system/cpu/cpu1/topology/physical_package_id": "1\n",
    "sys/devices/system/cpu/cpu2/topology/physical_package_id": "0\n",
    "sys/devices/system/cpu/cpu3/topology/physical_package_id": "1\n",
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
    "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "performance\n",
    "sys/devices/system/cpu/cpu0/cache/index0/level": "1\n",
    "sys/devices/system/cpu/cpu0/cache/index0/type": "Data\n",
    "sys/devices/system/cpu/cpu0/cache/index0/size": "32K\n",
    "sys/devices/system/cpu/cpu0/cache/index1/level": "3\n",
    "sys/devices/system/cpu/cpu0/cache/index1/type": "Unified\n",
    "sys/devices/system/cpu/cpu0/cache/index1/size": "384M\n",
    "sys/devices/system/cpu/vulnerabilities/meltdown": "Not affected\n",
    "sys/devices/system/cpu/vulnerabilities/spectre_v2": "Vulnerable\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    "sys/devices/system/node/node0/meminfo": "Node 0 MemTotal:       8388608 kB\nNode 0 MemFree:  1 kB\n",
    "sys/devices/system/node/node0/cpulist": "0,2\n",
    "sys/devices/system/node/node1/meminfo": "Node 1 MemTotal:       8388608 kB\n",
    "sys/devices/system/node/node1/cpulist": "1,3\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
    "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "8\n",
    "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages": "5\n",
    "sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages": "2\n",
    "sys/kernel/mm/hugepages/hugepages-2048kB/surplus_hugepages": "1\n",
    "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages": "0\n",
    "sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages": "0\n",
    "sys/class/dmi/id/sys_vendor": "Dell Inc.\n",
    "sys/class/dmi/id/product_name": "PowerEdge R7625\n",
}

ARM_GUEST: Tree = {
    "proc/cpuinfo": "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n"
    "CPU part\t: 0xd40\n\nprocessor\t: 1\n",
    "proc/meminfo": "MemTotal:  4194304 kB\nMemAvailable:  2097152 kB\nHugetlb:  0 kB\n",
    "proc/vmstat": "pgfault 12\n",
    "proc/cmdline": "root=/dev/vda1 rodata=full\n",
    "proc/sys/kernel/osrelease": "6.1.0-29-cloud-arm64\n",
    "sys/devices/system/cpu/online": "0-1\n",
    "sys/devices/system/cpu/present": "0-1\n",
    "sys/class/dmi/id/sys_vendor": "QEMU\n",
    "sys/class/dmi/id/product_name": "QEMU Virtual Machine\n",
    ".dockerenv": "",
}


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Return a function that writes a tree of files under a folder of its own and returns the folder."""

    def write(tree: Tree) -> Path:
        root = tmp_path / "machine"
        for name, text in tree.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    return write


@pytest.fixture
def metal(plant: Plant) -> Path:
    """Return a bare-metal x86-64 machine with two sockets and two memory nodes."""
    return plant(X86_METAL)


@pytest.fixture
def guest(plant: Plant) -> Path:
    """Return a minimal arm64 guest in a container, which says little of itself."""
    return plant(ARM_GUEST)
