"""A setting of the machine: one file of /proc or /sys that can be read and written back."""

from __future__ import annotations

import errno
import os
import time
from dataclasses import dataclass
from pathlib import Path

from bench.host.cpu import CPU, ROOT
from bench.host.memory import HUGE_PAGES, KIB
from workloads.instruments.procfs import read_integer, read_line
from workloads.spec import Unsupported

GROUP_PREFIX = "secretmem-lab-"
GROUP_ATTEMPTS, GROUP_PAUSE_S = 100, 0.02
LEGACY_CPUSETS = Path("sys/fs/cgroup/cpuset")


@dataclass(frozen=True, slots=True)
class Setting:
    """A name for people, and the file."""

    name: str
    path: Path

    def read(self) -> str:
        """Return the value that, written back, brings this state about again; "" where it cannot be read."""
        return read_line(self.path)

    def write(self, value: str) -> Unsupported | None:
        """Write a value; Unsupported (setting-absent, setting-refused) says why it could not be."""
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
            try:
                os.write(descriptor, value.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            return refusal(self, error)
        return None


@dataclass(frozen=True, slots=True)
class PoolSetting(Setting):
    """A hugetlb pool: nr_hugepages reads with surplus pages, but is written without (set_max_huge_pages())."""

    def read(self) -> str:
        """Return the pages that the pool holds for good."""
        pages = read_integer(self.path)
        surplus = read_integer(self.path.with_name("surplus_hugepages")) or 0
        return "" if pages is None else str(pages - surplus)


@dataclass(frozen=True, slots=True)
class GroupSetting(Setting):
    """A control group: its folder is there ("present") or not ("absent")."""

    def read(self) -> str:
        """Return which of the two; "" where there is nothing to make it in."""
        return "present" if self.path.is_dir() else "absent" if self.path.parent.is_dir() else ""

    def write(self, value: str) -> Unsupported | None:
        """Make the folder or remove it; who is in it ends with the run, and is waited for."""
        for attempt in range(GROUP_ATTEMPTS):
            try:
                self.path.mkdir() if value == "present" else self.path.rmdir()
            except OSError as error:
                if error.errno != errno.EBUSY or attempt + 1 == GROUP_ATTEMPTS:
                    return refusal(self, error)
                time.sleep(GROUP_PAUSE_S)
            else:
                break
        return None


def cpu_online(cpu: int, root: Path = ROOT) -> Setting:
    """Return the switch of one CPU: "1" online, "0" offline."""
    return Setting(f"CPU {cpu} online", root / CPU / f"cpu{cpu}/online")


def huge_page_pool(page_bytes: int, root: Path = ROOT) -> Setting:
    """Return the size in pages of the hugetlb pool of one page size.

    The pool of the first memory node where there are several, because the machine's total, written back, would spread
    the pages over the nodes anew.
    """
    name = f"hugepages-{page_bytes // KIB}kB"
    nodes = sorted(root.glob(f"sys/devices/system/node/node[0-9]*/hugepages/{name}"))
    folder = nodes[0] if len(nodes) > 1 else root / HUGE_PAGES / name
    return PoolSetting(f"hugetlb pool of {page_bytes >> 20} MB pages", folder / "nr_hugepages")


def interrupt_affinities(root: Path = ROOT) -> tuple[Setting, ...]:
    """Return which CPUs each device interrupt may go to; taking its only CPU offline changes that for good."""
    numbers = sorted(int(path.name) for path in root.glob("proc/irq/[0-9]*"))
    return tuple(Setting(f"CPUs of interrupt {n}", root / f"proc/irq/{n}/smp_affinity_list") for n in numbers)


def legacy_cpusets(root: Path = ROOT) -> tuple[Setting, ...]:
    """Return the CPUs of each control group of version 1, children before parents.

    Version 1 takes an offline CPU out of them for good (hotplug_update_tasks_legacy() in kernel/cgroup/cpuset-v1.c).
    Parents come last, because what is put back goes in reverse and a child may not have more than its parent.
    """
    paths = sorted((root / LEGACY_CPUSETS).glob("*/**/cpuset.cpus"), key=lambda path: -len(path.parts))
    return tuple(Setting(f"CPUs of control group {path.parent.name}", path) for path in paths)


def interrupt_placement(root: Path = ROOT) -> dict[str, str]:
    """Return the CPUs that device interrupts go to at the moment, within what their masks allow: {file: CPU list}."""
    paths = root.glob("proc/irq/[0-9]*/effective_affinity_list")
    return {str(path): read_line(path) for path in paths}


def at(name: str, path: Path) -> Setting:
    """Return the setting that a file is, as a ledger names it."""
    if path.name.startswith(GROUP_PREFIX):
        return GroupSetting(name, path)
    return (PoolSetting if path.name == "nr_hugepages" else Setting)(name, path)


def absent(setting: Setting) -> Unsupported:
    """Say that this kernel does not have a setting."""
    return Unsupported("setting-absent", f"{setting.name}: this kernel has no {setting.path}")


def refusal(setting: Setting, error: OSError) -> Unsupported:
    """Say why a setting could not be written, and what to do."""
    name = errno.errorcode.get(error.errno or 0, "?")
    if error.errno == errno.ENOENT:
        return absent(setting)
    reason = f"{setting.name} cannot be changed: {error.strerror} ({name}) from {setting.path}"
    if error.errno in (errno.EACCES, errno.EPERM) and os.geteuid():
        return Unsupported("setting-refused", reason, "sudo ./lab run")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Unsupported("setting-refused", reason, "run outside of the container, or give it a writable /sys")
    return Unsupported("setting-refused", reason)
