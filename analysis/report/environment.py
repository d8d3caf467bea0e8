"""The environment as lines of a table: what a reader must know of the machine to place a result."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plots.duration import count_text, size_text
from bench.model.environment import Environment, Limit

Fact = tuple[str, str]
PAGES = {"4k": "4 KB", "2m": "2 MB", "1g": "1 GB"}


def facts(environment: Environment) -> tuple[Fact, ...]:
    """Return (name, value) pairs for a person; what the machine does not say is left out."""
    told = (*processor(environment), *system(environment), *memory(environment))
    return tuple((name, value) for name, value in told if value)


def processor(host: Environment) -> Iterator[Fact]:
    """Yield the facts of the CPU."""
    yield "CPU", f"{host.cpu} ({host.architecture})"
    threads = f", {count_text(host.threads_per_core, 'thread')} a core" if host.threads_per_core else ""
    sockets = f", {count_text(host.sockets, 'socket')}" if host.sockets else ""
    yield "CPUs", f"{host.cpus_online} online of {host.cpus_present}{threads}{sockets}"
    yield "Caches", ", ".join(f"L{c.level} {c.kind} {size_text(c.size_bytes)}" for c in host.caches)
    yield "TLB", ", ".join(f"L{t.level} {t.kind} {t.page}: {t.entries} entries ({t.source})" for t in host.tlbs)
    yield "NUMA", ", ".join(f"node {n.node}: {size_text(n.memory_bytes)}, CPUs {n.cpus}" for n in host.numa)
    yield "Governor", host.governor or ""


def system(host: Environment) -> Iterator[Fact]:
    """Yield the facts of the kernel and what runs below it."""
    yield "Kernel", host.kernel
    omitted = f" (and {count_text(host.command_line_omitted, 'word')} left out)" if host.command_line_omitted else ""
    yield "Command line", " ".join(host.command_line) + omitted
    yield "Virtualisation", host.virtualisation
    yield "Clock source", host.clocksource
    vulnerable = (f"{name}: {state}" for name, state in host.mitigations.items() if state != "Not affected")
    yield "Mitigations", "; ".join(vulnerable)
    built = host.compiler
    yield "Programs built by", f"{built.compiler}, {built.flags}, {built.architecture}" if built else ""
    yield "Python", host.python


def memory(host: Environment) -> Iterator[Fact]:
    """Yield the facts of the memory."""
    yield "Memory", size_text(host.memory_bytes)
    yield "Transparent huge pages", host.transparent_hugepage
    yield "Free page reporting", host.free_page_reporting
    sizes = {page: host.direct_map.get(f"direct_map_{name}_bytes") for name, page in PAGES.items()}
    known = ", ".join(f"{size_text(size)} in pages of {page}" for page, size in sizes.items() if size is not None)
    yield "Direct map at the start", known and f"{known} (these lines of the kernel can add up to more than there is)"
    yield "Locked memory", limit(host.limit)


def limit(found: Limit) -> str:
    """Return the limit of locked memory as words."""
    soft = "no limit" if found.soft_bytes is None else size_text(found.soft_bytes)
    bypassed = "; this process was exempt from it" if found.bypassed else ""
    return f"{soft}, checked at {found.regime}, for each {found.scope}{bypassed}"
