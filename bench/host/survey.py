"""Everything that the checks look at, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.host import cpu, disk, facts, frame, memory, privilege, reserve, secret, setting
from bench.host.cpu import ROOT
from bench.model.environment import Environment
from workloads.atlas import Atlas
from workloads.instruments import counters, perf
from workloads.instruments.procfs import read_integer, read_text
from workloads.spec import Failed, Unsupported

HUGE_BYTES = 2 << 20
Answer = Mapping[str, Any] | Unsupported | Failed
"""The native probe's report, or why there is none."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The state of the machine as the checks need it; `probe` and `atlas` are what the programs say, or why not."""

    environment: Environment
    probe: Answer
    secret: secret.Evidence
    privilege: privilege.Privilege
    room: reserve.Room
    pools: tuple[memory.Pool, ...]
    cpus_removable: int
    settings_writable: bool
    counters: counters.Snapshot
    perf_paranoid: int | None
    perf_obstacle: Unsupported | None
    atlas: Atlas | Unsupported | Failed
    frames_visible: bool
    results: Path
    results_refusal: Unsupported | None
    results_free_bytes: int


def survey(probe: Answer, atlas: Atlas | Unsupported | Failed, results: Path, root: Path = ROOT) -> Survey:
    """Read the machine, in about 20 ms; `results` is the folder that results go to, there or not."""
    report = probe if isinstance(probe, Mapping) else None
    return Survey(
        environment=facts.environment(report, root=root),
        probe=probe,
        secret=secret.collect(root),
        privilege=privilege.parse(read_text(root / "proc/self/status")),
        room=reserve.room(root),
        pools=memory.pools(root),
        cpus_removable=len(cpu.removable(root)),
        settings_writable=os.access(setting.huge_page_pool(HUGE_BYTES, root).path, os.W_OK),
        counters=counters.snapshot(),
        perf_paranoid=read_integer(root / "proc/sys/kernel/perf_event_paranoid"),
        perf_obstacle=perf.obstacle(root),
        atlas=atlas,
        frames_visible=frame.are_visible(),
        results=results,
        results_refusal=disk.refusal(results),
        results_free_bytes=disk.free_bytes(results),
    )


def report(seen: Survey) -> Mapping[str, Any] | None:
    """Return the probe's report, None where it could not be had."""
    return seen.probe if isinstance(seen.probe, Mapping) else None


def probe_refusal(seen: Survey) -> Unsupported:
    """Say why the probe has nothing to say."""
    reason = seen.probe.reason if not isinstance(seen.probe, Mapping) else "the probe does not tell"
    remedy = "rm -r build/native && ./lab doctor"  # which builds the programs anew
    return Unsupported("probe-failed", f"the native probe could not be asked: {reason}", remedy)


def backing(seen: Survey, name: str) -> Mapping[str, Any] | None:
    """Return the probe's entry of one backing, None where it has none."""
    entries = (report(seen) or {}).get("backings", ())
    return next((entry for entry in entries if entry["name"] == name), None)
