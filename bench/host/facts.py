"""The environment of a result: the facts of the host put together, without what names it or its owner."""

from __future__ import annotations

import os
import platform
import resource
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.host import cache, cpu, kernel, memory, parameter, privilege, virtualisation
from bench.host.cpu import ROOT
from bench.model.environment import Compiler, Environment, Limit
from workloads.instruments import directmap
from workloads.instruments.procfs import read_line, read_text

Report = Mapping[str, Any]
"""The JSON line of the native probe, parsed."""
Fields = Mapping[str, str]


def limit(probe: Report | None, root: Path = ROOT) -> Limit:
    """Return RLIMIT_MEMLOCK as the probe found it by trying, else as it is set, with regime and scope "unknown"."""
    if probe and "memlock" in probe:
        return Limit.model_validate(probe["memlock"])
    soft, hard = (
        None if value == resource.RLIM_INFINITY else value for value in resource.getrlimit(resource.RLIMIT_MEMLOCK)
    )
    held = privilege.parse(read_text(root / "proc/self/status")).capabilities
    return Limit(soft_bytes=soft, hard_bytes=hard, bypassed="ipc_lock" in held, regime="unknown", scope="unknown")


def compiler(probe: Report | None) -> Compiler | None:
    """Return what built the native programs, None where the probe could not be asked."""
    return Compiler.model_validate(probe["build"]) if probe and "build" in probe else None


def environment(
    probe: Report | None = None, *, keep_command_line: bool = False, lscpu: Fields | None = None, root: Path = ROOT
) -> Environment:
    """Gather the facts of the host, in about 10 ms.

    `probe` is the report of the native probe (its "build" and "memlock" are used), None where it could not be run;
    `keep_command_line` keeps every kernel parameter instead of those known to carry no secret; `lscpu` (its answer) and
    `root` (the folder of proc, sys and etc) are for tests.
    """
    cpuinfo = cpu.parse_cpuinfo(read_text(root / "proc/cpuinfo"))
    meminfo, vmstat = read_text(root / "proc/meminfo"), read_text(root / "proc/vmstat")
    asked = cpu.ask_lscpu() if lscpu is None else lscpu
    command_line, omitted = parameter.select(read_line(root / "proc/cmdline"), keep_command_line)
    return Environment(
        kernel=kernel.release(root),
        architecture=os.uname().machine,
        command_line=command_line,
        command_line_omitted=omitted,
        boot=kernel.boot(root),
        cpu=cpu.name(cpuinfo, asked),
        cpus_online=len(cpu.online(root)),
        cpus_present=len(cpu.present(root)),
        threads_per_core=cpu.threads_per_core(root),
        sockets=cpu.sockets(root),
        caches=cache.caches(root),
        tlbs=cache.tlbs(cpuinfo),
        numa=memory.nodes(root),
        mitigations=kernel.mitigations(root),
        virtualisation=virtualisation.describe(virtualisation.collect(asked, root)),
        clocksource=kernel.clocksource(root),
        governor=cpu.governor(root),
        memory_bytes=memory.total_bytes(meminfo),
        transparent_hugepage=memory.transparent_hugepage(root),
        free_page_reporting=memory.free_page_reporting(root),
        direct_map=directmap.parse(meminfo, vmstat).as_counters(),
        limit=limit(probe, root),
        compiler=compiler(probe),
        python=f"{platform.python_implementation()} {platform.python_version()}",
    )
