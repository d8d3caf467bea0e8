"""Whether the atlas agrees with what the kernel says elsewhere: its counters of splits, and /proc/iomem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.plots.duration import size_text
from bench.model.atlas import AtlasState
from bench.model.run import Counters, Run
from workloads.atlas import Facts

LEGACY_BYTES = 1 << 20
"""Below 1 MB the map holds what is no RAM: page 0 and the hole of the PC, 640 KB to 1 MB."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something in which two sources should agree; `told` is what they say."""

    name: str
    agrees: bool
    told: str


def cover(facts: Facts) -> tuple[Check, ...]:
    """Return whether the map covers all RAM and nothing else, each page in its place."""
    outside = facts.mapped_outside_bytes
    legacy = "page 0 and the hole below 1 MB" if outside <= LEGACY_BYTES else "more than the first MB"
    return (
        Check(
            "all RAM of /proc/iomem is mapped",
            facts.unmapped_ram_bytes == 0,
            f"{size_text(facts.unmapped_ram_bytes)} of RAM have no entry",
        ),
        Check(
            "what is mapped is RAM of /proc/iomem",
            outside <= LEGACY_BYTES,
            f"{size_text(outside)} have one and are no RAM" + (f" ({legacy})" if outside else ""),
        ),
        Check("every page is where it belongs", facts.misplaced == 0, f"{facts.misplaced:,} entries map another page"),
    )


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much a run's page tables of one kind grew, and by how much they should have by the kernel's counters."""

    run: Run
    level: int
    tables: int
    counted: int


def growth(runs: tuple[Run, ...], known: Mapping[str, AtlasState]) -> Iterator[Growth]:
    """Yield the growth of each run that has both states and counts, for each level of page.

    Each split of level 2 (a 2 MB page) makes a table that maps 4 KB pages, each of level 3 (1 GB) one that maps 2 MB
    pages; a collapse frees it again.
    """
    for run in runs:
        before, after = known.get(run.atlas_before or ""), known.get(run.atlas_after or "")
        for level in (2, 3) if before and after else ():
            counted = rise(run.before, run.after, level)
            if before and after and counted is not None:
                yield Growth(run, level, tables(after.facts, level) - tables(before.facts, level), counted)


def tables(facts: Facts, level: int) -> int:
    """Return how many tables there are that a split of a level makes."""
    return facts.pte_tables if level == 2 else facts.pmd_tables


def rise(before: Counters, after: Counters, level: int) -> int | None:
    """Return the splits of a level less its collapses between two snapshots, None where splits are not counted."""
    splits, collapses = (change(before, after, f"direct_map_level{level}_{what}") for what in ("splits", "collapses"))
    return None if splits is None else splits - (collapses or 0)


def change(before: Counters, after: Counters, name: str) -> int | None:
    """Return by how much a counter rose, None where it is not counted."""
    was, now = before.get(name), after.get(name)
    return None if was is None or now is None else now - was
