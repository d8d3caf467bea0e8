"""The environment of a result: complete where the machine talks, empty where it is silent, and anonymous."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bench.host import facts
from bench.model.environment import Cache, Compiler, Environment, Limit, NumaNode, Tlb

PROBE = {
    "memlock": {"soft_bytes": 8 << 20, "hard_bytes": None, "bypassed": False, "regime": "fault", "scope": "user"},
    "build": {"compiler": "gcc 12.2.0", "flags": "-O2", "architecture": "x86_64"},
}
GIB = 1 << 30


def test_bare_machine_is_described_whole(metal: Path) -> None:
    found = facts.environment(PROBE, lscpu={}, root=metal)
    assert found.kernel == "6.12.48-amd64"
    assert (found.cpu, found.cpus_online, found.cpus_present) == ("AMD EPYC 9654", 4, 6)
    assert (found.threads_per_core, found.sockets, found.governor) == (2, 2, "performance, powersave")
    assert found.caches == (
        Cache(level=1, kind="data", size_bytes=32 << 10),
        Cache(level=3, kind="unified", size_bytes=384 << 20),
    )
    assert found.tlbs == (Tlb(level=2, kind="data + instruction", page="4K", entries=3584, source="/proc/cpuinfo"),)
    assert found.numa == (
        NumaNode(node=0, memory_bytes=8 * GIB, cpus="0,2"),
        NumaNode(node=1, memory_bytes=8 * GIB, cpus="1,3"),
    )
    assert found.mitigations == {"meltdown": "Not affected", "spectre_v2": "Vulnerable"}
    assert (found.virtualisation, found.clocksource, found.memory_bytes) == ("none", "tsc", 16 * GIB)
    assert (found.transparent_hugepage, found.free_page_reporting) == ("madvise", "off (not in this kernel)")
    assert (found.direct_map["direct_map_4k_bytes"], found.direct_map["direct_map_level2_splits"]) == (4096, 4)


def test_silent_guest_is_described_by_none_and_empty(guest: Path) -> None:
    found = facts.environment(None, lscpu={"Model name": "Neoverse-N1"}, root=guest)
    assert found.cpu == "Neoverse-N1"
    assert (found.caches, found.tlbs, found.numa) == ((), (), ())
    assert (found.threads_per_core, found.sockets, found.governor, found.compiler) == (None,) * 4
    assert found.virtualisation == "qemu (QEMU QEMU Virtual Machine), docker container"
    assert (found.boot, found.clocksource, found.transparent_hugepage) == ("", "unknown", "absent")
    assert set(found.direct_map.values()) == {None}


def test_limit_and_compiler_come_from_the_probe(metal: Path) -> None:
    found = facts.environment(PROBE, lscpu={}, root=metal)
    assert found.limit == Limit(soft_bytes=8 << 20, hard_bytes=None, bypassed=False, regime="fault", scope="user")
    assert found.compiler == Compiler(compiler="gcc 12.2.0", flags="-O2", architecture="x86_64")


def test_limit_without_probe_is_the_one_that_is_set(metal: Path) -> None:
    found = facts.limit(None, metal)
    assert (found.regime, found.scope) == ("unknown", "unknown")
    assert found.bypassed


def test_command_line_keeps_no_name_and_no_address_unless_asked(metal: Path) -> None:
    shy, open_ = (facts.environment(PROBE, keep_command_line=keep, lscpu={}, root=metal) for keep in (False, True))
    assert (shy.command_line, shy.command_line_omitted) == (("mitigations=off", "nogbpages"), 4)
    assert (len(open_.command_line), open_.command_line_omitted) == (6, 0)


def test_environment_names_neither_host_nor_user_nor_boot(metal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = facts.environment(PROBE, lscpu={}, root=metal).model_dump_json()
    for name in ("11111111-2222", "0123456789abcdef", "10.0.0.7", "UUID", str(metal), str(Path.home())):
        assert name not in text
    real = facts.environment(PROBE).model_dump_json()
    for name in (socket.gethostname(), str(Path.cwd())):
        assert name not in real or len(name) < 4  # a host called "vm" is part of many words
    assert os.environ.get("HOME", "/nobody") not in real


def test_environment_survives_its_own_json(metal: Path) -> None:
    found = facts.environment(PROBE, lscpu={}, root=metal)
    assert Environment.model_validate_json(found.model_dump_json()) == found
