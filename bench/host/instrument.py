"""The instruments of this machine: its clock, its counters, and what looks deeper with privilege."""

from __future__ import annotations

from bench.host.check import UNCHANGEABLE, Check, either, no, yes
from bench.host.survey import Survey, probe_refusal, report
from workloads.atlas import PAGES, Atlas
from workloads.spec import Failed, Unsupported

GIB = 1 << 30

KERNEL_PARANOIA = 1
"""The highest kernel.perf_event_paranoid at which anybody may sample what the kernel does for their own process."""
COUNTERS = (
    (
        "splits",
        "direct_map_level2_splits",
        Unsupported(
            "counter-splits-absent",
            "/proc/vmstat does not count splits of the direct map",
            UNCHANGEABLE + "x86 kernels alone count them, since 5.13",
        ),
    ),
    (
        "page sizes",
        "direct_map_4k_bytes",
        Unsupported(
            "counter-direct-map-absent",
            "/proc/meminfo has no DirectMap lines",
            UNCHANGEABLE + "x86 kernels alone have them",
        ),
    ),
    (
        "function calls",
        "interrupts_cal",
        Unsupported(
            "counter-interrupts-absent",
            "/proc/interrupts has no row of function calls",
            UNCHANGEABLE + "its kernel was built for one CPU",
        ),
    ),
    (
        "TLB shootdowns",
        "interrupts_tlb",
        Unsupported(
            "counter-shootdowns-absent",
            "/proc/interrupts has no row of TLB shootdowns",
            UNCHANGEABLE + "Arm CPUs broadcast flushes and send no interrupt",
        ),
    ),
)

MEANINGS = {
    "direct_map_level2_splits": (1, "{} of 2 MB to 4 KB since the boot"),
    "direct_map_4k_bytes": (1 << 20, "{} MiB of the direct map are in 4 KB pages"),
    "interrupts_cal": (1, "{} calls of other CPUs since the boot"),
    "interrupts_tlb": (1, "{} flushes by interrupt since the boot"),
}
"""What a counter says to a person: by how much its value is divided, and the words around it."""


def clock_checks(seen: Survey) -> tuple[Check, ...]:
    """The clock inside the timed loop."""
    answer = report(seen)
    if answer is None or "clock" not in answer:
        return (no("clock", probe_refusal(seen)),)
    clock = answer["clock"]
    text = f"{clock['source']}, {clock['resolution_ns']:.1f} ns apart, {clock['overhead_ns']:.0f} ns a read"
    coarse = Unsupported(
        "clock-through-kernel",
        f"no counter can be read without the kernel, whose own source is {seen.environment.clocksource}: {text}",
        UNCHANGEABLE + "it has no invariant counter",
    )
    return (either("counter", clock["source"] != "monotonic_raw", text, coarse),)


def counter_checks(seen: Survey) -> tuple[Check, ...]:
    """What the kernel counts for everybody to read."""
    found = ((name, seen.counters.get(key), MEANINGS[key], absent) for name, key, absent in COUNTERS)
    return tuple(
        no(name, absent) if value is None else yes(name, words.format(value // scale))
        for name, value, (scale, words), absent in found
    )


def instrument_checks(seen: Survey) -> tuple[Check, ...]:
    """What looks deeper and needs privilege."""
    hidden = Unsupported(
        "pagemap-hidden", "/proc/self/pagemap hides frame numbers without CAP_SYS_ADMIN", "sudo ./lab run"
    )
    return (
        hardware_check(seen),
        profile_check(seen),
        map_check(seen.atlas),
        either("page frames", seen.frames_visible, "/proc/self/pagemap shows them", hidden),
    )


def map_check(answer: Atlas | Unsupported | Failed) -> Check:
    """The kernel's own map, as it was read just now, or why it was not."""
    if isinstance(answer, Atlas):
        size, ms = sum(map(answer.mapped_bytes, PAGES)) / GIB, answer.walk_ns / 1e6
        return yes("direct map", f"read from inside by BPF: {size:.0f} GB in {ms:.1f} ms")
    if isinstance(answer, Unsupported):
        return no("direct map", answer)
    return no("direct map", Unsupported(answer.slug, answer.reason, "./lab test"))


def hardware_check(seen: Survey) -> Check:
    """Hardware events, by what the kernel answered when the probe asked for one."""
    events = (report(seen) or {}).get("perf_events")
    if events is None:
        return no("hardware events", probe_refusal(seen))
    if events["hardware"]:
        return yes("hardware events", "perf_event_open(2) counts them")
    name = events["errno_name"]
    if name in ("EACCES", "EPERM"):
        reason = f"perf_event_open(2) is refused ({name}); kernel.perf_event_paranoid is {seen.perf_paranoid}"
        return no("hardware events", Unsupported("perf-refused", reason, "sudo sysctl kernel.perf_event_paranoid=1"))
    reason = f"this machine shows no hardware counters (perf_event_open: {name}); their values are recorded as null"
    remedy = "give the guest a virtual PMU, or use bare metal"
    return no("hardware events", Unsupported("perf-no-hardware", reason, remedy))


def profile_check(seen: Survey) -> Check:
    """What --profile-kernel needs: perf, names of the kernel's functions, and leave to sample the kernel."""
    name, paranoid = "kernel profile", seen.perf_paranoid
    if seen.perf_obstacle is not None:
        return no(name, seen.perf_obstacle)
    allowed = {"perfmon", "sys_admin"} & seen.privilege.capabilities
    if paranoid is not None and paranoid > KERNEL_PARANOIA and not allowed:
        reason = f"this user may not sample the kernel; kernel.perf_event_paranoid is {paranoid}"
        return no(name, Unsupported("perf-refused", reason, "sudo sysctl kernel.perf_event_paranoid=1"))
    return yes(name, "perf can sample it: ./lab run --profile-kernel")
