"""The environment: what a reader must know of the machine to place a result, and nothing that names its owner."""

from __future__ import annotations

from bench.model.record import Record


class Cache(Record):
    """One cache as CPU 0 sees it."""

    level: int
    kind: str
    size_bytes: int


class Tlb(Record):
    """One TLB as the CPU describes it; `source` is cpuid or /proc/cpuinfo."""

    level: int
    kind: str
    page: str
    entries: int
    source: str


class NumaNode(Record):
    """One memory node."""

    node: int
    memory_bytes: int
    cpus: str


class Compiler(Record):
    """What built the native programs."""

    compiler: str
    flags: str
    architecture: str


class Limit(Record):
    """RLIMIT_MEMLOCK as it was found by trying: where it is checked (mmap or fault), for whom (process or user)."""

    soft_bytes: int | None
    hard_bytes: int | None
    bypassed: bool
    regime: str
    scope: str


class Environment(Record):
    """Facts of the host; None where the machine does not say."""

    kernel: str
    architecture: str
    command_line: tuple[str, ...]
    command_line_omitted: int
    boot: str
    cpu: str
    cpus_online: int
    cpus_present: int
    threads_per_core: int | None
    sockets: int | None
    caches: tuple[Cache, ...]
    tlbs: tuple[Tlb, ...]
    numa: tuple[NumaNode, ...]
    mitigations: dict[str, str]
    virtualisation: str
    clocksource: str
    governor: str | None
    memory_bytes: int
    transparent_hugepage: str
    free_page_reporting: str
    direct_map: dict[str, int | None]
    limit: Limit
    compiler: Compiler | None
    python: str
