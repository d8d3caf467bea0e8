"""A series of boots: each boot one figure a metric, kinds of boots compared over blocks of boots.

The boot is what is replicated. Readings within it, and the runs that made them, are summed up before anything is
compared: with as many readings as one likes, two boots are two.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.cells import LEAST_NS, NS, Cell, statistic
from analysis.compare import compare
from analysis.emulation import emulated
from analysis.load import Result, load, readings
from analysis.stats.interval import Floats, geometric_interval
from analysis.verdict import Verdict, decide, remarks
from bench.boot.series import Series
from bench.error import LabError
from bench.model.boot import BootClaim, BootEvent, BootPlan
from bench.model.claim import Statistic
from workloads.catalog import units
from workloads.spec import Condition

Key = tuple[str, Condition, str, Statistic]
"""A kind of boot, a condition, a metric and a statistic."""
SPLITS = "direct_map_level2_splits"
SPLIT_BYTES = 2 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Boot:
    """A boot that was measured: its place in the order, what it was, and its results."""

    place: int
    kind: str
    block: int
    booted: BootEvent
    results: tuple[Result, ...]

    @property
    def split_bytes(self) -> int | None:
        """Return what the measuring split to 4 KB, by the kernel's own count; None where it does not count."""
        runs = [run for result in self.results for run in result.runs]
        counts = [value for run in runs for value in (run.before.get(SPLITS), run.after.get(SPLITS))]
        known = [value for value in counts if value is not None]
        return (max(known) - min(known)) * SPLIT_BYTES if known else None


@dataclass(frozen=True, slots=True, eq=False)
class BootSeries:
    """A series as it lies on disk, over or not."""

    path: Path
    plan: BootPlan
    events: tuple[BootEvent, ...]
    boots: tuple[Boot, ...]

    @property
    def emulated(self) -> bool:
        """Tell whether a boot was of an emulated machine: then no time of the series says anything."""
        return any(emulated(result.manifest.environment) for boot in self.boots for result in boot.results)

    @property
    def spoiled(self) -> tuple[BootEvent, ...]:
        """Return the boots that do not count."""
        return tuple(event for event in self.events if event.event == "spoiled")


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim between boots: its verdict, and how much runs of one boot and boots of one kind differ.

    Both spreads are standard deviations of logarithms; None where there are not two to compare.
    """

    verdict: Verdict
    baseline: Cell | None
    treatment: Cell | None
    within: float | None
    between: float | None


def load_series(path: Path) -> BootSeries:
    """Load a series and every result that it names; raises LabError where something is not as it was sealed."""
    series = Series(path)
    plan, events = series.plan(), series.events()
    if any(event.place > len(plan.order) for event in events):
        raise LabError("result-damaged", f"{path} has boots that its plan does not know")
    boots = tuple(made(path, plan, events, event) for event in events if event.event == "measured")
    return BootSeries(path, plan, events, boots)


def made(path: Path, plan: BootPlan, events: tuple[BootEvent, ...], event: BootEvent) -> Boot:
    """Return a boot that was measured; raises LabError where a result is not of that boot, or not below the series."""
    booted = [each for each in events if each.event == "booted" and each.place == event.place]
    if not booted or event.place >= len(plan.order):
        raise LabError("result-damaged", f"{path} measured a boot that it never saw", f"place {event.place}")
    results = tuple(load(path / inside(name)) for name in event.results)
    for result in results:
        if result.manifest.environment.boot != event.boot or result.seal is None:
            raise LabError("result-damaged", f"{result.path} is not of the boot that names it, or not whole")
    return Boot(event.place, plan.order[event.place], plan.block(event.place), booted[-1], results)


def inside(name: str) -> str:
    """Return a result's name if it leads nowhere else; raises LabError."""
    parts = Path(name).parts
    if len(parts) != 2 or ".." in parts or Path(name).is_absolute():
        raise LabError("result-damaged", f"{name!r} is no result of a series")
    return name


def judge(series: BootSeries) -> tuple[Judged, ...]:
    """Return every claim of the plan with its verdict; none where the machine was emulated."""
    if series.emulated:
        return ()
    claims = series.plan.claims
    wanted = {key for claim in claims for key in ends(claim)}
    cells, spreads = boot_cells(series, wanted)
    return tuple(judged(claim, cells, spreads) for claim in claims)


def ends(claim: BootClaim) -> tuple[Key, ...]:
    """Return what a claim compares, baseline and treatment, and what it takes off of them."""
    named: Statistic = claim.statistic
    one = claim.baseline_boot, claim.baseline
    other = claim.treatment_boot, claim.treatment
    compared: tuple[Key, ...] = (
        (*one, claim.baseline_metric or claim.metric, named),
        (*other, claim.metric, named),
    )
    if claim.control is None:
        return compared
    return (*compared, (*one, claim.control[0], named), (*other, claim.control[1], named))


def boot_cells(series: BootSeries, wanted: set[Key]) -> tuple[dict[Key, Cell], dict[Key, float]]:
    """Return a cell for each key, whose runs are boots; and how much the runs within a boot differ, pooled."""
    figures: dict[Key, dict[int, float]] = defaultdict(dict)
    spreads: dict[Key, list[float]] = defaultdict(list)
    counts: dict[Key, int] = defaultdict(int)
    blocks = {boot.place: boot.block for boot in series.boots}
    for boot in series.boots:
        for key, values in of_boot(boot, wanted).items():
            logs = np.log(np.maximum(values, LEAST_NS))
            figures[key][boot.place] = float(np.exp(logs.mean()))
            counts[key] += len(values)
            if len(values) > 1:
                spreads[key].append(float(np.var(logs, ddof=1)))
    cells = {key: cell(key, by_place, blocks, counts[key]) for key, by_place in figures.items()}
    return cells, {key: float(np.sqrt(np.mean(found))) for key, found in spreads.items()}


def of_boot(boot: Boot, wanted: set[Key]) -> dict[Key, Floats]:
    """Return what each run of a boot gave, by key, in ns or as counted."""
    found: dict[Key, list[float]] = defaultdict(list)
    for result in boot.results:
        for run, by_metric in readings(result):
            for key in wanted:
                if key[0] == boot.kind and key[1] == run.trial.condition and key[2] in by_metric:
                    unit = units(key[1].workload).get(key[2], "ns")
                    scaled = np.sort(by_metric[key[2]]) * NS.get(unit, np.float64(1))
                    found[key].append(statistic(scaled, key[3]))
    return {key: np.array(values) for key, values in found.items()}


def cell(key: Key, by_place: dict[int, float], blocks: dict[int, int], readings_count: int) -> Cell:
    """Return the cell of a key, of which a run is a boot."""
    places = tuple(sorted(by_place))
    values = np.array([by_place[place] for place in places])
    middle, interval = geometric_interval(np.maximum(values, LEAST_NS))
    return Cell(
        condition=key[1],
        metric=key[2],
        runs=places,
        blocks=tuple(blocks[place] for place in places),
        readings=readings_count,
        values={key[3]: values},
        typical={key[3]: middle},
        intervals={key[3]: interval},
        quantiles=np.sort(values),
    )


def judged(claim: BootClaim, cells: dict[Key, Cell], spreads: dict[Key, float]) -> Judged:
    """Return the verdict on a claim; the interval is of blocks of boots."""
    keys = ends(claim)
    found = [cells.get(key) for key in keys]
    there = [each for each in found if each]
    base, treated = found[:2]
    within = [spreads[key] for key in keys[:2] if key in spreads]
    between = [float(np.std(np.log(each.values[claim.statistic]), ddof=1)) for each in there[:2] if len(each.runs) > 1]
    ratio = None
    if len(there) == len(keys):
        control = (there[2], there[3]) if claim.control else None
        ratio = compare(there[0], there[1], claim.statistic, claim.confidence, control=control)
    if ratio is None:
        why = "a boot of each kind in one block has to give readings of it and of its control"
        return Judged(Verdict(claim, "not run", None, None, (why,)), base, treated, rms(within), rms(between))
    outcome = decide(claim, ratio)
    verdict = Verdict(claim, outcome, ratio, None, remarks(claim, ratio, outcome, ratio))
    return Judged(verdict, base, treated, rms(within), rms(between))


def rms(deviations: list[float]) -> float | None:
    """Return the root mean square of some deviations, None where there is none."""
    return float(np.sqrt(np.mean(np.square(deviations)))) if deviations else None
