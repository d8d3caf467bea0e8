"""The CPUs: what they are called, how many there are, how they share cores, and what sets their speed."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bench.host import cpulist
from workloads.instruments.procfs import read_integer, read_line, read_text

ROOT = Path("/")
CPU = Path("sys/devices/system/cpu")


def parse_cpuinfo(text: str) -> dict[str, str]:
    """Read the first processor's fields out of /proc/cpuinfo."""
    first = text.split("\n\n", 1)[0]
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in first.splitlines()) if key}


def parse_lscpu(text: str) -> dict[str, str]:
    """Read the fields of `lscpu -J`, which newer versions nest, as a flat {field: data}; {} where it is not JSON."""
    found: dict[str, str] = {}

    def collect(fields: list[dict[str, object]]) -> None:
        for field in fields:
            found.setdefault(str(field.get("field", "")).rstrip(":"), str(field.get("data", "")))
            children = field.get("children")
            collect(children if isinstance(children, list) else [])

    try:
        collect(json.loads(text)["lscpu"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
    return found


def ask_lscpu() -> dict[str, str]:
    """Run `lscpu -J` (3 ms), which knows the names of Arm cores and of hypervisors; {} where it cannot be run."""
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        answer = subprocess.run(
            ["lscpu", "-J"], capture_output=True, text=True, timeout=2, env=environment, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return parse_lscpu(answer.stdout)


def name(cpuinfo: Mapping[str, str], lscpu: Mapping[str, str]) -> str:
    """Name the CPU: the kernel's model name, else lscpu's (Arm), else the numbers that Arm cores give."""
    if model := cpuinfo.get("model name") or lscpu.get("Model name", "").strip("-"):
        return model
    if "CPU part" in cpuinfo:
        return f"Arm implementer {cpuinfo.get('CPU implementer', '?')} part {cpuinfo['CPU part']}"
    return "unknown"


def online(root: Path = ROOT) -> tuple[int, ...]:
    """Return the numbers of the CPUs that are online."""
    return cpulist.parse(read_line(root / CPU / "online")) or tuple(range(os.cpu_count() or 1))


def present(root: Path = ROOT) -> tuple[int, ...]:
    """Return the numbers of the CPUs that are there, online or not."""
    return cpulist.parse(read_line(root / CPU / "present")) or online(root)


def removable(root: Path = ROOT) -> tuple[int, ...]:
    """Return the CPUs that the kernel lets go offline, online or not at the moment; CPU 0 mostly is not one of them."""
    return tuple(cpu for cpu in present(root) if (root / CPU / f"cpu{cpu}/online").exists())


def threads_per_core(root: Path = ROOT) -> int | None:
    """Return how many online hardware threads share CPU 0's core, None where the kernel does not say."""
    return len(cpulist.parse(read_line(root / CPU / "cpu0/topology/thread_siblings_list"))) or None


def sockets(root: Path = ROOT) -> int | None:
    """Return how many packages the online CPUs are spread over, None where the kernel does not say."""
    packages = {read_integer(root / CPU / f"cpu{cpu}/topology/physical_package_id") for cpu in online(root)}
    known = packages - {None, -1}
    return len(known) or None


def governor(root: Path = ROOT) -> str | None:
    """Return the frequency governors in use, comma separated where CPUs differ; None where the guest has no say."""
    paths = sorted((root / CPU).glob("cpu[0-9]*/cpufreq/scaling_governor"))
    return ", ".join(sorted({text for text in map(read_line, paths) if text})) or None


def flags(root: Path = ROOT) -> frozenset[str]:
    """Return CPU 0's feature flags as /proc/cpuinfo names them."""
    cpuinfo = parse_cpuinfo(read_text(root / "proc/cpuinfo"))
    return frozenset((cpuinfo.get("flags") or cpuinfo.get("Features") or "").split())
