"""What a fleet adds to its hosts' own time, and what of it works on a host while that measures.

Promised: at most 2 s a host, and nothing. The hosts are network namespaces of this machine with an sshd each, so that
all of them and the controller share its CPUs; real hosts answer side by side. As root; takes about a minute.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from tests.kernel.fleet_ground import Ground, Host, ground, lacking, processes, until

WORDS = ("--", "--blocks", "1", "--pages", "16", "copies")
FLEET = ("sshd", "host.sh")


def switches(pid: int) -> int:
    """Return how often a process was given a CPU."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)


def beside(host: Host) -> dict[int, int]:
    """Return the processes of the fleet on a host, and how often each was given a CPU."""
    return {pid: switches(pid) for pid, line in processes(host.space).items() if any(name in line for name in FLEET)}


def timed(field: Ground, *words: str | Path) -> tuple[float, float]:
    """Return how long a call of the fleet takes, and how much CPU time here, in seconds; it has to succeed."""
    begun, spent = time.monotonic(), cpu_s()
    status, said = field.lab(*words)
    assert status == 0, said
    return time.monotonic() - begun, cpu_s() - spent


def cpu_s() -> float:
    """Return the CPU time of the processes that this one has waited for, and of those that they waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(field: Ground, count: int) -> None:
    """Measure some hosts, one after the other, as their suites would measure each other, and print what came out."""
    hosts = [field.add(f"host{n}") for n in range(count)]
    inventory = field.inventory(*(host.line() for host in hosts))
    begin_s, begin_cpu_s = timed(field, "run", inventory, *WORDS)
    watched = [(host, beside(host)) for host in hosts if not (host.job() / "status").exists()]
    for host, before in watched:
        until(lambda host=host: any(" -m cli run " in line for line in processes(host.space).values()), "it to measure")  # type: ignore[misc]
        after = beside(host)
        moved = sum(after[pid] - times for pid, times in before.items() if pid in after)
        print(f"{host.name}: {len(before)} processes of the fleet, given a CPU {moved} times while it measured")
    for host in hosts:
        until(lambda host=host: (host.job() / "status").exists(), "its end", 120)  # type: ignore[misc]
    fetch_s, fetch_cpu_s = timed(field, "fetch", inventory, "--now")
    print(f"begun on {count} hosts in {begin_s:.2f} s ({begin_cpu_s:.2f} s of CPU here)")
    print(f"fetched from them in {fetch_s:.2f} s ({fetch_cpu_s:.2f} s of CPU here)")
    print(f"the fleet adds {(begin_s + fetch_s) / count:.2f} s a host to its own run; promised: 2 s")


def main() -> None:
    """Make the hosts, measure, and take them away again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=6)
    count = parser.parse_args().hosts
    if why := lacking():
        parser.error(why)
    with tempfile.TemporaryDirectory() as folder, ground(Path(folder)) as field:
        measure(field, count)


if __name__ == "__main__":
    main()
