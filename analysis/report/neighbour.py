"""Neighbours in words and in lines of a terminal."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator

from analysis.cells import look_count
from analysis.neighbour.delay import TIMER, delays
from analysis.neighbour.effect import Effect, effects
from analysis.neighbour.interrupt import interrupts
from analysis.neighbour.ordinary import Scene, scenes
from analysis.neighbour.response import response
from analysis.neighbour.window import Dose, windows
from analysis.plots.duration import duration
from analysis.plots.losses import between, percent
from analysis.plots.neighbour_name import dose_name, victim_name
from analysis.plots.responses import signed, signed_range
from analysis.report.study import Study
from analysis.stats.block import Estimate

SECRET = "secret"
SHOWN = (
    Dose(SECRET, 2000),
    Dose(SECRET, 8000),
    Dose(SECRET, "max"),
    Dose("secret_held", 0),
    Dose("memfd_locked", "max"),
    Dose("anonymous", "max"),
    Dose("mprotect", "max"),
)
"""What a terminal has room for."""
NAME, COLUMN, DOSE, RATE, CHANGE = 20, 11, 25, 9, 23


def answers(study: Study) -> Iterator[str]:
    """Yield what neighbours lose beside secret pages as fast as they can be had, and what a page costs them."""
    every = scenes(windows(study.result), look_count(study.result.manifest.experiment))
    working = [scene for scene in every if scene.victim != TIMER]  # which works when it is due, and no more
    most = [effect for scene in working for effect in effects(scene) if effect.dose == Dose(SECRET, "max")]
    known = sorted((each for each in most if each.throughput), key=lambda each: value(each))
    if not known:
        return
    worst, least = (f"{told(each)} for {victim_name(each.scene.victim)}" for each in (known[0], known[-1]))
    yield (
        "Neighbours: while one process makes and gives up secret pages as fast as it can, what gets done on another "
        f"CPU changes by {worst if len(known) == 1 else f'{worst}, the most, and {least}, the least'}, against as many "
        "pages of ordinary, locked memory."
    )
    yield from cost(every)
    yield from flush(every)


def value(effect: Effect) -> float:
    """Return an effect's ratio of throughput."""
    return effect.throughput.value if effect.throughput else math.inf


def told(effect: Effect) -> str:
    """Return a change in words, with the rate at which it was."""
    return f"{percent(effect.throughput)} ({between(effect.throughput)}; {effect.pages_a_s:,.0f} pages a second)"


def cost(every: tuple[Scene, ...]) -> Iterator[str]:
    """Yield what a secret page takes away from a neighbour that only computes."""
    scene = next((each for each in every if each.victim == "compute"), None)
    found = response(scene, SECRET) if scene else None
    if found:
        time = found.cost_ns
        yield (
            f"One secret page takes {signed(time.value)} of CPU time away from a neighbour that only computes "
            f"({signed_range(time.low, time.high)}), more than an ordinary page does."
        )


def flush(every: tuple[Scene, ...]) -> Iterator[str]:
    """Yield how often a secret page interrupts a neighbour's CPU."""
    for scene in every[:1]:
        for each in interrupts(scene):
            if each.dose == Dose(SECRET, "max") and each.kind == "cal" and each.a_page:
                yield f"Each secret page interrupts the neighbour's CPU {each.a_page.value:.2f} times to have it flush."


def lines(study: Study) -> Iterator[str]:
    """Yield the tables: changes of throughput by victim and dose, what a page costs, and delays."""
    every = scenes(windows(study.result), look_count(study.result.manifest.experiment))
    found = {scene.victim: {e.dose: e.throughput for e in effects(scene) if e.throughput} for scene in every}
    shown = [dose for dose in SHOWN if any(dose in changes for changes in found.values())]
    if not shown:
        return
    yield "Neighbours: change of throughput against as many ordinary, locked pages   (else a busy loop)"
    heads = [textwrap.wrap(dose_name(dose), COLUMN - 1) for dose in shown]
    for height in range(max(map(len, heads))):
        cells = "".join((head[height] if height < len(head) else "").rjust(COLUMN) for head in heads)
        yield f"  {'':{NAME}}{cells}".rstrip()
    for victim, changes in found.items():
        cells = "".join(cell(changes.get(dose)).rjust(COLUMN) for dose in shown)
        yield f"  {victim_name(victim):{NAME}}{cells}".rstrip()
    yield "  * the 95 % interval holds no 0; every dose, interval and p99 stand in the report"
    yield ""
    yield from costs(every)
    yield from late(every)


def cell(change: Estimate | None) -> str:
    """Return a change in per cent, marked where it is sure."""
    if change is None:
        return "-"
    sure = math.isfinite(change.high - change.low) and not change.low <= 1 <= change.high
    return f"{percent(change)}{'*' if sure else ' '}"


def short(change: Estimate | None) -> str:
    """Return a change with its interval, in per cent, as short as it goes."""
    if change is None:
        return "-"
    if not math.isfinite(change.high - change.low):
        return f"{percent(change)} [no bounds]"
    return f"{percent(change)} [{round(100 * (change.low - 1)):+d}, {round(100 * (change.high - 1)):+d}]"


def costs(every: tuple[Scene, ...]) -> Iterator[str]:
    """Yield the lines of what a page takes from each victim."""
    found = [(scene, answer) for scene in every if (answer := response(scene, SECRET))]
    if not found:
        return
    yield "CPU time that one secret page takes away, more than an ordinary one does"
    for scene, answer in found:
        time = answer.cost_ns
        yield f"  {victim_name(scene.victim):{NAME}}{signed(time.value):>10}   {signed_range(time.low, time.high)}"
    yield ""


def late(every: tuple[Scene, ...]) -> Iterator[str]:
    """Yield the lines of how late a timer's process is woken."""
    found = [delay for scene in every for delay in delays(scene)]
    if not found:
        return
    yield "How late a timer's process wakes up   (p99.9 of a window, worst of all)"
    for delay in found:
        what, change = dose_name(delay.dose), short(delay.change)
        times = f"{duration(delay.p99_9.value):>10}{duration(delay.worst_ns):>10}"
        yield f"  {what:{DOSE}}{delay.pages_a_s:>{RATE},.0f}{times}{change:>{CHANGE}}".rstrip()
    yield ""
