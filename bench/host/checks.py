"""What this machine can measure: every capability, yes, or no with the reason and the line that changes it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.host import disk, limit, reserve, secret
from bench.host.check import UNCHANGEABLE, Check, Group, either, no, yes
from bench.host.instrument import clock_checks, counter_checks, instrument_checks
from bench.host.survey import Answer, Survey, backing, probe_refusal, report, survey
from workloads.atlas import Atlas
from workloads.spec import Failed, Unsupported

ARCHITECTURES = ("x86_64", "aarch64")
MIB = 1 << 20
USUAL_LIMIT_BYTES = 8 * MIB
BACKING_REMEDIES = {
    "anonymous_locked": "ulimit -l 8192",
    "memfd_locked": "ulimit -l 8192",
    "thp": "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled",
    "hugetlb_2m": "echo 64 | sudo tee /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
    "hugetlb_1g": "echo 1 | sudo tee /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages",
}


def examine(probe: Answer, atlas: Atlas | Unsupported | Failed, results: Path) -> tuple[Group, ...]:
    """Look at the machine and return every check in its group.

    `probe` is the native probe's report, `atlas` the direct map, each as it was just had, or why it was not.
    """
    if platform.system() != "Linux":
        reason = f"this is {platform.system()}; memfd_secret(2) is a system call of Linux"
        return (Group("platform", (no("Linux", Unsupported("not-linux", reason, "run it on Linux, 5.14 or later")),)),)
    return groups(survey(probe, atlas, results))


def groups(seen: Survey) -> tuple[Group, ...]:
    """Judge what was seen: a pure function, one group a subject."""
    return (
        Group("platform", platform_checks(seen)),
        Group("secret memory", secret_checks(seen)),
        Group("backings", backing_checks(seen)),
        Group("CPUs", cpu_checks(seen)),
        Group("clock", clock_checks(seen)),
        Group("memory", memory_checks(seen)),
        Group("counters", counter_checks(seen)),
        Group("instruments", instrument_checks(seen)),
        Group("results", result_checks(seen)),
    )


def platform_checks(seen: Survey) -> tuple[Check, ...]:
    """Linux, an architecture that the programs were written for, and what stands below."""
    host = seen.environment
    foreign = Unsupported(
        "architecture-untested",
        f"the programs know the clocks of {' and '.join(ARCHITECTURES)}; this is {host.architecture}",
        UNCHANGEABLE + "the plain clock is used",
    )
    return (
        yes("Linux", host.kernel),
        either("architecture", host.architecture in ARCHITECTURES, host.architecture, foreign),
        either(
            "bare metal", host.virtualisation == "none", "no hypervisor and no container", layer(host.virtualisation)
        ),
    )


def layer(virtualisation: str) -> Unsupported:
    """Say what a hypervisor or a container between the lab and the hardware means for what is measured."""
    if virtualisation.endswith("container") and "," not in virtualisation:
        reason = f"{virtualisation}: its limits and filters hold, and what else this machine runs cannot be seen"
        return Unsupported("container", reason, "run outside of the container")
    reason = (
        f"{virtualisation}: the TLB holds the smaller of the guest's and the host's page size, and the host's other "
        "guests disturb"
    )
    return Unsupported("virtual-machine", reason, "run on bare metal to compare page sizes of the direct map")


def secret_checks(seen: Survey) -> tuple[Check, ...]:
    """The call, and how much of it the limit allows."""
    entry, answer = backing(seen, "secret"), report(seen)
    if entry is None or answer is None:
        return (no("memfd_secret", probe_refusal(seen)),)
    call = (
        yes("memfd_secret", "works") if entry["supported"] else no("memfd_secret", secret.diagnose(entry, seen.secret))
    )
    memlock = answer["memlock"]
    allowed = limit.allowed_bytes(memlock, USUAL_LIMIT_BYTES)
    if isinstance(allowed, Unsupported):
        return call, no("limit", allowed)
    return call, yes("limit", limit.describe(memlock))


def backing_checks(seen: Survey) -> tuple[Check, ...]:
    """Each kind of memory that secret memory is compared with."""
    entries = [entry for entry in (report(seen) or {}).get("backings", ()) if entry["name"] != "secret"]
    if not entries:
        return (no("backings", probe_refusal(seen)),)
    return tuple(
        either(entry["name"], entry["supported"], f"pages of {entry['page_bytes'] >> 10} KiB", backing_refusal(entry))
        for entry in entries
    )


def backing_refusal(entry: Mapping[str, Any]) -> Unsupported:
    """Say why a backing is not supported, in the probe's words."""
    step = f" ({entry['step']}: {entry['errno_name']})" if entry["errno_name"] else ""
    remedy = BACKING_REMEDIES.get(entry["name"], UNCHANGEABLE + "its kernel refuses")
    return Unsupported("backing-unsupported", f"{entry['message']}{step}", remedy)


def cpu_checks(seen: Survey) -> tuple[Check, ...]:
    """Others to interrupt, and what makes one CPU unlike itself a moment ago."""
    host = seen.environment
    alone = Unsupported(
        "cpus-too-few", "one CPU online: there is nobody to send a flush to", "give the machine a second CPU"
    )
    fixed = Unsupported(
        "cpu-not-removable", "no CPU can be taken offline", "boot a kernel built with CONFIG_HOTPLUG_CPU=y"
    )
    slow = Unsupported(
        "governor-not-performance",
        f"the frequency governor is {host.governor}: the speed changes with the load",
        "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
    )
    shared = Unsupported(
        "smt-on",
        f"{host.threads_per_core} hardware threads share a core: a neighbour may be on the measured one",
        "echo off | sudo tee /sys/devices/system/cpu/smt/control",
    )
    barred = Unsupported(
        "setting-refused",
        "the machine's settings (CPUs online, pools of huge pages) cannot be written by this user",
        "sudo ./lab run, outside of a container",
    )
    governor = host.governor or "none to be seen: the host or the firmware sets the speed"
    return (
        either("count", host.cpus_online > 1, f"{host.cpus_online} online of {host.cpus_present}", alone),
        either("can go offline", seen.cpus_removable > 0, f"{seen.cpus_removable} of {host.cpus_present}", fixed),
        either("settings", seen.settings_writable, "can be changed for a trial, and are put back", barred),
        either("steady speed", host.governor in (None, "performance"), governor, slow),
        either("cores of their own", (host.threads_per_core or 1) == 1, "one thread a core", shared),
    )


def memory_checks(seen: Survey) -> tuple[Check, ...]:
    """Room beside the reserve, huge pages, and who takes free memory away."""
    host, room = seen.environment, seen.room
    short = reserve.fits(64 * MIB, room.available_bytes, room.reserve_bytes)
    text = f"{room.available_bytes // MIB} MiB can be had, {room.reserve_bytes // MIB} MiB of them stay free"
    never = Unsupported("thp-off", f"transparent huge pages are {host.transparent_hugepage}", BACKING_REMEDIES["thp"])
    reporting = Unsupported(
        "free-page-reporting",
        f"free page reporting is {host.free_page_reporting}: freed memory goes back to the host, and its next first "
        "touch pays for a fault of the host's",
        "start the guest without free-page-reporting on its balloon; until then memory is touched before it is timed",
    )
    return (
        no("room", short) if short else yes("room", text),
        *(
            yes(f"hugetlb {pool.page_bytes // MIB} MB", f"pool of {pool.pages} pages, {pool.free_pages} of them free")
            for pool in seen.pools
        ),
        either(
            "transparent huge pages",
            host.transparent_hugepage in ("always", "madvise"),
            host.transparent_hugepage,
            never,
        ),
        either("memory stays backed", host.free_page_reporting.startswith("off"), host.free_page_reporting, reporting),
    )


def result_checks(seen: Survey) -> tuple[Check, ...]:
    """Where results go."""
    low = disk.shortage(seen.results_free_bytes)
    refused = seen.results_refusal
    return (
        no("results folder", refused) if refused else yes("results folder", "can be written"),
        no("disk space", low) if low else yes("disk space", f"{seen.results_free_bytes // MIB} MiB free"),
    )
