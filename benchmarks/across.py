"""How long `./lab across` takes over a made-up fleet. Promised: 1,000 results, a billion readings in 5 min and 4 GB.

The fleet is of known truth (tests/unit/analysis/across/made.py); what came back is printed beside it. A smaller one is
asked for by --results and --readings; it says then what a billion would take at that rate, which is a guess.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

from tests.unit.analysis.across.made import Host, Truth, fleet, written

BLOCKS, CONDITIONS, A_KIND = 8, 3, 10
PROMISED_S, PROMISED_GB, PROMISED_READINGS = 300, 4.0, 1_000_000_000
TRUTH = Truth()


def main() -> None:
    """Make the fleet, look at it in a fresh process, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=int, default=1000)
    parser.add_argument("--readings", type=int, default=PROMISED_READINGS, help="of all results together")
    parser.add_argument("--engine", default="duckdb")
    parser.add_argument("--folder", type=Path, help="where the fleet is made, and looked for again [a temporary one]")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="lab-fleet-"))
    pages = max(asked.readings // (asked.results * BLOCKS * CONDITIONS), 1)
    try:
        if not any(folder.glob("*/*")):
            make(folder, asked.results, pages)
        look(folder, asked.engine, asked.results * BLOCKS * CONDITIONS * pages)
    finally:
        if not asked.folder:
            shutil.rmtree(folder)


def make(folder: Path, results: int, pages: int) -> None:
    """Write every host's result, on all CPUs."""
    begun = time.monotonic()
    work = [(folder, host, pages) for host in fleet(TRUTH, -(-results // A_KIND), A_KIND)][:results]
    with get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        for _ in pool.imap_unordered(one, work):
            pass
    size = sum(path.stat().st_size for path in folder.rglob("samples.parquet"))
    print(f"made: {results:,} results in {time.monotonic() - begun:.0f} s, {size / 1e9:.2f} GB of samples")


def one(work: tuple[Path, Host, int]) -> None:
    """Write one result."""
    folder, host, pages = work
    written(folder, host, TRUTH, blocks=BLOCKS, pages=pages)


def look(folder: Path, engine: str, readings: int) -> None:
    """Look at the fleet as a person would, and print what it took and what came back."""
    lab, out = Path(__file__).resolve().parents[1], folder / "across.json"
    command = [sys.executable, "-P", "-m", "cli", "across", str(folder), "--engine", engine, "--json", str(out)]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    before, begun = spent.ru_utime + spent.ru_stime, time.monotonic()
    process = subprocess.Popen(command, cwd=lab, stdout=subprocess.PIPE, text=True)
    peak_gb = 0.0
    while process.poll() is None:
        peak_gb = max(peak_gb, sum(map(resident_gb, family(process.pid))))
        time.sleep(0.05)
    took_s = time.monotonic() - begun
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = spent.ru_utime + spent.ru_stime - before
    print(process.communicate()[0])
    print(f"CPU time: {cpu_s:.1f} s on {len(os.sched_getaffinity(0))} CPUs")
    print(f"{readings:,} readings by {engine}: {took_s:.1f} s (<= {PROMISED_S}), {peak_gb:.2f} GB (<= {PROMISED_GB:g})")
    if readings < PROMISED_READINGS:
        more = PROMISED_READINGS / readings
        print(f"at that rate a billion: {took_s * more:.0f} s, {cpu_s * more:.0f} s of CPU time, a guess")
    compare(json.loads(out.read_text()))


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            started = children.read_text().split()
        except OSError:
            continue
        for child in started:
            yield from family(int(child))


def resident_gb(pid: int) -> float:
    """Return the memory of a process; what it shares with others counts for each."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e9
    except (OSError, IndexError):
        return 0.0


def compare(found: dict[str, list[dict[str, object]]]) -> None:
    """Print the truth beside what came back."""
    flush = dict(TRUTH.flush)
    for finding in found["findings"]:
        name = finding["claim"]["name"]  # type: ignore[index]
        print(f"{name}: {finding['outcome']}")
        for factor in finding["factors"]:  # type: ignore[attr-defined]
            for shift in factor["shifts"]:
                true = 0.0
                if name == "touch-p50":
                    told = {"flush": lambda s: flush[s["level"]] - flush[s["usual"]], "cores": lambda s: TRUTH.twice}
                    turned = 1 if shift["level"] == "virtual" else -1
                    told["virtualisation"] = lambda s, turned=turned: TRUTH.virtual * turned
                    true = told.get(factor["name"], lambda s: 0.0)(shift)
                inside = "holds it" if shift["low"] <= math.exp(true) <= shift["high"] else "DOES NOT hold it"
                print(
                    f"  {factor['name']:15}{shift['level']:14} true {math.exp(true):.3f}, found {shift['ratio']:.3f} "
                    f"[{shift['low']:.3f}, {shift['high']:.3f}] {inside}{', told' if factor['matters'] else ''}"
                )


if __name__ == "__main__":
    main()
