"""How long the atlas takes: on this machine as it is, and against size of memory and share in 4 KB by made-up tables.

Promised of 24 GB: at most 20 ms with nothing split, at most 150 ms with a quarter in 4 KB entries.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes

from analysis.plots import canvas
from analysis.plots.palette import BLUE, ORANGE, SKY, VERMILLION
from workloads.atlas import MAPPED_4K, PAGES, Atlas
from workloads.instruments.atlas import Reader
from workloads.program import Success, run_program

TAKEN, TIMEOUT_S = 101, 300.0
GIB, MS = 1 << 30, 1e6
SIZES_GB = (24, 96, 384, 1536, 4096)
SHARES = {
    0: ("nothing split", BLUE),
    1: ("1/16 in 4 KB", SKY),
    4: ("1/4 in 4 KB", ORANGE),
    16: ("all in 4 KB", VERMILLION),
}
"""Sixteenths of memory in 4 KB entries, spread evenly."""
PROMISED_MS = {(24, 0): 20, (24, 4): 150}
CONTENTS = ("removed", "scarred")
"""A page taken out of every piece; every second page marked, so that each page is a stretch of its own: the worst."""
TABLES_A_ROUND = 400_000
QUARTER_TABLES = 24 * 128 + 24 + 2
"""Of 24 GB with a quarter in 4 KB entries, by four levels."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk of made-up tables; `fetch_ms` is the part of it that went into making them up."""

    gigabytes: int
    share: int
    levels: int
    content: str
    tables: int
    stretches: int
    walk_ms: float
    fetch_ms: float


@dataclass(frozen=True, slots=True)
class Here:
    """The direct map of this machine, taken many times."""

    gigabytes: float
    share: float
    tables: int
    stretches: int
    walk_ms: tuple[float, ...]

    @property
    def median_ms(self) -> float:
        """The middle one of the walks."""
        return statistics.median(self.walk_ms)


def walk(gigabytes: int, share: int, levels: int, content: str = "plain") -> Walk:
    """Walk made-up tables some times and return the medians; exits where the answer is wrong."""
    rounds = max(5, min(101, TABLES_A_ROUND // (1 + gigabytes * 32 * share)))
    wanted = {"gigabytes": gigabytes, "share": share, "levels": levels, "content": content, "rounds": rounds}
    words = tuple(word for name, value in wanted.items() for word in (f"--{name}", str(value)))
    answer = run_program("atlas_walk", words, None, TIMEOUT_S)
    if not isinstance(answer, Success):
        sys.exit(f"the walk failed: {answer}")
    told = answer.report
    walk_ms, fetch_ms = (statistics.median(told[name]) / MS for name in ("walk_ns", "fetch_ns"))
    return Walk(gigabytes, share, levels, content, sum(told["tables"]), told["stretches"], walk_ms, fetch_ms)


def look_here() -> Here | str:
    """Take this machine's atlas many times; return what was found, or why it cannot be had."""
    walks_ms: list[float] = []
    with Reader() as reader:
        atlas = reader.take()
        while isinstance(atlas, Atlas) and len(walks_ms) < TAKEN:
            atlas = reader.take()
            walks_ms += [atlas.walk_ns / MS] if isinstance(atlas, Atlas) else []
    if not isinstance(atlas, Atlas):
        return str(atlas)
    mapped = [atlas.mapped_bytes(level) for level in PAGES]
    facts = atlas.facts
    tables = facts.pte_tables + facts.pmd_tables + facts.pud_tables + facts.levels - 3
    share = atlas.mapped_bytes(MAPPED_4K) / sum(mapped)
    return Here(sum(mapped) / GIB, share, tables, len(atlas.pages), tuple(walks_ms))


def tell_here(here: Here | str) -> None:
    """Print what this machine's own atlas costs."""
    if isinstance(here, str):
        print(f"this machine: its direct map cannot be read: {here}")
        return
    low, high = min(here.walk_ms), max(here.walk_ms)
    print(
        f"this machine, {here.gigabytes:.1f} GB with {here.share:.1%} in 4 KB: {here.median_ms:.2f} ms "
        f"[{low:.2f} .. {high:.2f}] of {len(here.walk_ms)} walks; {here.tables} tables, {here.stretches} stretches"
    )


def tell_cost_a_table(here: Here | str, walks: list[Walk]) -> None:
    """Print what a table costs, fetched and made up, and what the largest made-up memory would take at the former."""
    largest = max(walks, key=lambda each: each.walk_ms)
    made_us = 1000 * largest.walk_ms / largest.tables
    if isinstance(here, Here):
        real_us = 1000 * here.median_ms / here.tables
        largest_s, quarter_ms = real_us * largest.tables / 1e6, real_us * QUARTER_TABLES / 1000
        print(f"a table: {real_us:.2f} us fetched here, {made_us:.2f} us made up")
        print(f"at what one costs here: {largest_s:.1f} s for {largest.gigabytes} GB all in 4 KB entries,")
        print(f"{quarter_ms:.1f} ms for 24 GB with a quarter of it (<= 150)")


def tell(walks: list[Walk]) -> None:
    """Print a line for each walk of made-up tables, beside its promise where there is one."""
    print("made-up tables    GB  in 4 KB  levels  content     tables  stretches     walk ms  of them making up")
    for each in walks:
        promise = PROMISED_MS.get((each.gigabytes, each.share))
        print(
            f"{each.gigabytes:>20} {each.share:>5}/16 {each.levels:>7}  {each.content:<9} {each.tables:>8} "
            f"{each.stretches:>10} {each.walk_ms:>11.3f} {each.fetch_ms:>10.3f}"
            + (f" (<= {promise})" if promise else "")
        )


def series(walks: list[Walk], share: int, levels: int) -> Iterator[tuple[int, float]]:
    """Yield size in GB and time in ms of the plain walks of one share."""
    for each in walks:
        if (each.share, each.levels, each.content) == (share, levels, "plain"):
            yield each.gigabytes, each.walk_ms


def draw_lines(axes: Axes, walks: list[Walk]) -> None:
    """Draw a line for each share, four levels as dots and five as crosses."""
    for share, (name, colour) in SHARES.items():
        sizes, times = zip(*series(walks, share, 4), strict=True)
        axes.plot(sizes, times, "o-", color=colour, markersize=4, linewidth=1.6)
        axes.plot(*zip(*series(walks, share, 5), strict=True), "x", color=canvas.INK, markersize=6)
        label(axes, name, sizes[-1], times[-1], colour)


def draw_marks(axes: Axes, here: Here | str) -> None:
    """Mark what is promised, with the words to the left, and what this machine's own atlas takes."""
    for (size, share), most_ms in PROMISED_MS.items():
        name, colour = SHARES[share]
        axes.plot(size, most_ms, "_", color=colour, markersize=22, markeredgewidth=2.5)
        label(axes, f"promised: {most_ms} ms, {name}", size, most_ms, canvas.INK, left=True)
    if isinstance(here, Here):
        axes.plot(here.gigabytes, here.median_ms, "*", color=canvas.INK, markersize=11)


def label(axes: Axes, text: str, x: float, y: float, colour: str, *, left: bool = False) -> None:
    """Write beside a point."""
    place, side = (-15, "right") if left else (8, "left")
    axes.annotate(
        text, (x, y), xytext=(place, 0), textcoords="offset points", color=colour, ha=side, va="center", fontsize=9
    )


def draw(walks: list[Walk], here: Here | str) -> str:
    """Return the picture as SVG on white: time against memory, a line for each share."""
    with canvas.style():
        picture = canvas.picture(7.2, 4.4)
        axes = picture.subplots()
        draw_lines(axes, walks)
        draw_marks(axes, here)
        axes.set(xscale="log", yscale="log", xlabel="memory, GB", ylabel="one atlas, ms", title="The cost of an atlas")
        axes.set_xticks(SIZES_GB, [str(size) for size in SIZES_GB])
        axes.minorticks_off()
        axes.set_xlim(0.7, 16000)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
        canvas.grid(axes)
        text = "made-up tables of four (dots) and five levels (crosses)"
        text += f"\nstar: a real one, {here.share:.0%} in 4 KB" if isinstance(here, Here) else ""
        axes.text(0.99, 0.2, text, transform=axes.transAxes, ha="right", fontsize=9)
        told = "Time of a walk against memory, by the share that is in 4 KB entries."
        drawn = canvas.svg(picture, "atlas-cost", "The cost of an atlas", told)
    return drawn.replace('style="', 'style="background:#fff;', 1) + "\n"


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plot", type=Path, help="where to draw the cost, as SVG")
    wish = parser.parse_args()
    here = look_here()
    tell_here(here)
    walks = [walk(size, share, levels) for levels in (4, 5) for share in SHARES for size in SIZES_GB]
    tell(walks + [walk(SIZES_GB[0], 4, 4, content) for content in CONTENTS])
    tell_cost_a_table(here, walks)
    if wish.plot:
        wish.plot.write_text(draw(walks, here), encoding="utf-8")


if __name__ == "__main__":
    main()
