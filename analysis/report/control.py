"""Controls: what tells whether a result can be believed, counted and not guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from analysis.plots.choice import CENTRE, PLAIN
from analysis.plots.duration import count_text, duration, duration_range, figures, size_text
from analysis.plots.palette import OTHERS, backing_name
from analysis.report.study import Study
from bench.model.run import Run
from workloads.memory import Backing
from workloads.spec import Condition

SMALL_BYTES = 4096
SPLITS = {"direct_map_level2_splits": "2 MB to 4 KB", "direct_map_level3_splits": "1 GB to 2 MB"}


@dataclass(frozen=True, slots=True)
class Control:
    """One check: what was looked at, what was found, and how to read it."""

    name: str
    found: str
    meaning: str


def controls(study: Study) -> tuple[Control, ...]:
    """Return every control that a study's runs have data for."""
    runs = [run for run in study.result.runs if run.native]
    if not runs:
        return ()
    checks = (clock(runs), canary(study, runs), faults(runs), *calls(runs), splits(study), *backing(runs), steal(runs))
    return tuple(check for check in checks if check)


def clock(runs: list[Run]) -> Control:
    """Return what the clock can resolve and what reading it costs."""
    clocks = [run.native.clock for run in runs if run.native]
    sources = ", ".join(sorted({f"{each.source}, rate from {each.rate_from}" for each in clocks}))
    resolution, overhead = (float(np.median([getattr(c, n) for c in clocks])) for n in ("resolution_ns", "overhead_ns"))
    found = f"{sources}; resolution {figures(resolution)} ns, overhead {figures(overhead)} ns"
    return Control("Clock", found, "Every reading contains the overhead once; it is not subtracted.")


def canary(study: Study, runs: list[Run]) -> Control:
    """Return how many runs something disturbed."""
    found = f"{len(study.disturbed)} of {count_text(len(runs), 'run')} disturbed"
    meaning = (
        "A fixed piece of work before and after each run took far longer than usual. Such runs are kept and marked."
    )
    return Control("Canary", found, meaning)


def faults(runs: list[Run]) -> Control | None:
    """Return how many page faults the kernel counted in a run beside one for each first touch that was timed."""
    known = ((touched(run), changed(run, "minor_faults")) for run in runs)
    beside = [change - touches for touches, change in known if touches and change is not None]
    if not beside:
        return None
    meaning = (
        "Each first touch is a page fault, and a few more are the program's own, of its code and stack. Below 0, some "
        "touches met a page that was there already, and would be no first touches."
    )
    return Control("Page faults beside the first touches", f"{min(beside)} to {max(beside)} a run", meaning)


def touched(run: Run) -> int:
    """Return how many first touches a run of fault_latency timed; other workloads touch several pages a reading."""
    if run.trial.condition.workload != "fault_latency" or run.samples is None:
        return 0
    return sum(series.count for series in run.samples.series if series.metric == "first_touch")


def calls(runs: list[Run]) -> Iterable[Control]:
    """Yield how often other CPUs were called (the CAL row) a page, for each kind of company."""
    for others in OTHERS:
        shares = {name: calls_a_page(runs, name, others) for name in reversed(CENTRE)}
        if shares["secret"] is None:
            continue
        found = ", ".join(f"{backing_name(n)} {figures(share)}" for n, share in shares.items() if share is not None)
        meaning = "Each is an interrupt that tells another CPU to forget a page of the kernel's map."
        if others == "idle":
            meaning += (
                " A lower bound: Linux may wake an idle CPU by a flag, without an interrupt (commit b2a02fc43a1f)."
            )
        yield Control(f"Calls to other CPUs a page, others {OTHERS[others]}", found, meaning)


def calls_a_page(runs: list[Run], backing: str, others: str) -> float | None:
    """Return function calls on all CPUs a first touch, None where they are not counted."""
    wanted = {**PLAIN, "backing": backing, "others": others}
    ours = [run for run in runs if touched(run) and is_like(run.trial.condition, wanted)]
    counted = [(touched(run), changed(run, "cal_own_cpus"), changed(run, "cal_other_cpus")) for run in ours]
    known = [(pages, own + other) for pages, own, other in counted if own is not None and other is not None]
    return sum(count for _, count in known) / sum(pages for pages, _ in known) if known else None


def is_like(condition: Condition, wanted: dict[str, str | int]) -> bool:
    """Tell whether a condition has the wanted factors, or does not have them at all."""
    return all(condition.get(name) in (None, value) for name, value in wanted.items())


def splits(study: Study) -> Control | None:
    """Return how much of the direct map was split from the first run to the last: for good, until the next boot."""
    runs = study.result.runs
    changes = {text: spread(runs, key) for key, text in SPLITS.items()}
    known = [f"{count} from {text}" for text, count in changes.items() if count is not None]
    if not known:
        return None
    meaning = (
        "Counted over the whole machine. Freed memory is not joined again: its pages stay small until the next boot."
    )
    return Control("Splits of the direct map", ", ".join(known), meaning)


def spread(runs: tuple[Run, ...], key: str) -> int | None:
    """Return by how much a counter of the machine rose while runs were made, sitting by sitting: a boot starts at 0."""
    sittings: dict[int, list[int]] = {}
    for run in runs:
        values = (run.before.get(key), run.after.get(key))
        sittings.setdefault(run.sitting, []).extend(value for value in values if value is not None)
    return sum(max(v) - min(v) for v in sittings.values() if v) if any(sittings.values()) else None


def backing(runs: list[Run]) -> Iterator[Control]:
    """Yield how long it took, untimed, to have the host back the memory before it was measured, by size of page."""
    times: dict[int, list[float]] = {}
    for how in (run.native.host_backing for run in runs if run.native):
        if how.prepare_ns_per_page > 0:
            times.setdefault(page_bytes(how.prepared_with), []).append(how.prepare_ns_per_page)
    meaning = "Memory was touched and given back just before each run, so that a virtual machine's host had it ready."
    for size, ns in sorted(times.items()):
        found = f"{duration_range(min(ns), max(ns))} a page, median {duration(float(np.median(ns)))}"
        yield Control(f"Preparing the memory, pages of {size_text(size)}", found, meaning)


def page_bytes(prepared_with: str) -> int:
    """Return the size of the pages of a kind of memory; ways to hold secrets have small ones."""
    return Backing(prepared_with).page_bytes if prepared_with in {each.value for each in Backing} else SMALL_BYTES


def steal(runs: list[Run]) -> Control | None:
    """Return for how many clock ticks the host ran something else during the timed parts."""
    ticks = [count for run in runs if (count := changed(run, "steal_ticks")) is not None]
    meaning = "Ticks of a hundredth of a second in which a virtual machine's host ran something else."
    return (
        Control(
            "Time stolen by the host", f"{count_text(sum(ticks), 'tick')} in {count_text(len(runs), 'run')}", meaning
        )
        if ticks
        else None
    )


def changed(run: Run, key: str) -> int | None:
    """Return by how much a counter rose over the timed part, None where it is not counted."""
    if run.native is None:
        return None
    before, after = run.native.before.get(key), run.native.after.get(key)
    return None if before is None or after is None else after - before
