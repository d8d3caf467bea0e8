"""The advice: everything that there is to say of n secrets of s bytes on one machine, each figure with its source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from analysis.advice.layout import layout
from analysis.advice.limit import Limits, Stop, binding, stops
from analysis.advice.source import COLD, LIFE, PROOF, SPLITS, Lacking, Origin, lacking, newest, origin
from analysis.advice.split import Rate, Splits, Steered, rates, split_time, splits, steered
from analysis.advice.time import Cost, Lives, Time, cost, lives, number, time
from analysis.advice.way import WAYS, Way, terms
from analysis.advice.wish import PAGE_BYTES, Wish
from analysis.cells import Cell
from analysis.course import courses
from analysis.plots.duration import size_text
from analysis.report.study import Study
from analysis.verdict import Outcome
from bench.experiments.secret_life import FULL_SIZES
from bench.model.record import Record

FORMAT: Literal[1] = 1


class Holding(Record):
    """One way with what it takes: time (or why there is none), memory, files, mappings, splits, and what stops it.

    `stop` is the limit that stops it first; `stops` are all, with the usual 8 MB first.
    """

    way: str
    title: str
    about: str
    secret: bool
    apart: bool
    cost: Cost | None
    lacking: str
    locked_bytes: int
    files: int
    mappings: int
    table_bytes: tuple[int, int]
    splits: Splits | None
    stops: tuple[Stop, ...]
    stop: Stop


class Fork(Record):
    """What a fork takes with so many pages of secret memory mapped, and with nothing mapped."""

    pages: int
    secret: Time
    nothing: Time


class Advice(Record):
    """What is advised rests on `origins` alone; what these lack is in `lacking`, with what to run."""

    format: Literal[1] = FORMAT
    machine: str
    kernel: str
    wish: Wish
    limits: Limits
    origins: tuple[Origin, ...]
    holdings: tuple[Holding, ...]
    reuse: Time | None
    reuse_bytes: int
    split: Time | None
    rates: tuple[Rate, ...]
    steered: Steered | None
    fork: Fork | None
    proofs: dict[str, Outcome]
    lacking: tuple[Lacking, ...]

    def of(self, way: str) -> Holding:
        """Return the holding of one way."""
        return next(holding for holding in self.holdings if holding.way == way)


def advise(studies: Sequence[Study], wish: Wish, limits: Limits) -> Advice:
    """Return the advice from studies of one machine and kernel, of which there is at least one."""
    found = newest(studies)
    life, cold = (found[name].cells if name in found else () for name in (LIFE, COLD))
    measured, courses_ = lives(life), courses(found[SPLITS].result) if SPLITS in found else ()
    manifest = studies[0].result.manifest
    proofs = found[PROOF].findings if PROOF in found else ()
    reuse, reuse_bytes = reused(life)
    natural = rates(courses_)
    return Advice(
        machine=manifest.machine,
        kernel=manifest.environment.kernel,
        wish=wish,
        limits=limits,
        origins=tuple(map(origin, found.values())),
        holdings=tuple(holding(way, wish, limits, measured, natural) for way in WAYS),
        reuse=reuse,
        reuse_bytes=reuse_bytes,
        split=split_time(cold),
        rates=natural,
        steered=steered(courses_),
        fork=fork(life),
        proofs={finding.proof.name: finding.outcome for finding in proofs},
        lacking=lacking(found),
    )


def holding(way: Way, wish: Wish, limits: Limits, measured: Lives, natural: Sequence[Rate]) -> Holding:
    """Return one way with all that it takes."""
    held, found = layout(way.name, wish), cost(measured, way.name, wish)
    stopped = stops(way.name, wish, limits)
    return Holding(
        way=way.name,
        title=way.title,
        about=way.about,
        secret=way.secret,
        apart=way.apart,
        cost=found,
        lacking="" if found else beyond(measured, way.name, wish),
        locked_bytes=held.locked_bytes,
        files=held.files,
        mappings=held.mappings,
        table_bytes=held.table_bytes,
        splits=splits(held.pages, natural) if way.secret else None,
        stops=stopped,
        stop=binding(stopped, limits),
    )


def beyond(measured: Lives, way: str, wish: Wish) -> str:
    """Return why there is no time, and what to run."""
    largest = [(term.pages, max(measured.get(term.curve, ()), default=0)) for term in terms(way, wish)]
    if not all(known for _, known in largest):
        return f"not measured on this machine: ./lab run {LIFE}"
    short = [known for pages, known in largest if pages > known]
    if not short:
        return f"not measured at this size, or not all of it in one block: ./lab run {LIFE}"
    known = min(short) * PAGE_BYTES
    more = f"./lab run {LIFE} --profile full" if known < max(FULL_SIZES)[0] else "no experiment measures larger ones"
    return f"measured up to {size_text(known)} alone: {more}"


def reused(cells: Sequence[Cell]) -> tuple[Time | None, int]:
    """Return how long a used block of an arena takes until it is ready, and of how many bytes the smallest was."""
    found = {
        number(cell, "size"): cell
        for cell in cells
        if cell.metric == "ready" and cell.condition.get("way") == "arena_reuse"
    }
    return (mean(found[min(found)]), min(found)) if found else (None, 0)


def fork(cells: Sequence[Cell]) -> Fork | None:
    """Return what fork takes, None where it was not measured."""
    found = {cell.condition.get("backing"): cell for cell in cells if cell.metric == "fork"}
    secret, nothing = found.get("secret"), found.get("none")
    if secret is None or nothing is None:
        return None
    return Fork(pages=number(secret, "pages"), secret=mean(secret), nothing=mean(nothing))


def mean(cell: Cell) -> Time:
    """Return a cell's mean with its interval."""
    interval = cell.intervals["mean"]
    return time(cell.typical["mean"], interval.low, interval.high, len(cell.runs))
