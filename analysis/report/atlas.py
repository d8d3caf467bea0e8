"""A state of the direct map, and what happened between two, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.atlas.agreement import Check, cover
from analysis.atlas.event import Event, Span, events
from analysis.atlas.tally import REGION_PAGES, Tally, tally
from analysis.plots.duration import count_text
from workloads.atlas import PAGE_BYTES, Atlas, Facts

GIB, MIB = 1 << 30, 1 << 20
HAPPENED = {
    "split_1g": (" of 1 GB", "split to 2 MB"),
    "split_2m": (" of 2 MB", "split to 4 KB"),
    "joined_2m": (" of 2 MB", "joined from 4 KB again"),
    "joined_1g": (" of 1 GB", "joined from 2 MB again"),
    "removed": ("", "taken out"),
    "scarred": ("", "put back without the Global bit"),
    "returned": ("", "put back as before"),
    "other": ("", "mapped otherwise (new, gone, or with other permissions)"),
}
MOST_SPANS = 6
SIZES = {"DirectMap1G": "huge_bytes", "DirectMap2M": "large_bytes", "DirectMap4k": "small_bytes"}


def summary(atlas: Atlas, kernel_says: Mapping[str, int]) -> Iterator[str]:
    """Yield what there is to say of a state; `kernel_says` are the kernel's own names with bytes or counts."""
    found = tally(atlas)
    yield f"direct map: {size(found.mapped_bytes).strip()}, page tables of {atlas.facts.levels} levels"
    yield from sizes(found)
    yield from scars(found)
    yield f"  page tables        {found.table_bytes / MIB:8.1f} MB"
    yield from kept_blocks(atlas.facts)
    yield "agreement"
    for check in (*cover(atlas.facts), *split_checks(atlas, kernel_says)):
        yield f"  {'agrees   ' if check.agrees else 'DISAGREES'}  {check.name}: {check.told}"
    yield from meminfo(found, kernel_says)


def sizes(found: Tally) -> Iterator[str]:
    """Yield how much is mapped by pages of each size, and how many gigabytes are whole."""
    for name, held in (("1 GB", found.huge_bytes), ("2 MB", found.large_bytes), ("4 KB", found.small_bytes)):
        yield f"  in {name} pages      {size(held)}  {held / max(found.mapped_bytes, 1):6.1%}"
    yield f"  rows of 1 GB       {found.whole_rows:8,} whole, {found.split_rows:,} in smaller pages"


def scars(found: Tally) -> Iterator[str]:
    """Yield what is out now, and what was."""
    yield f"  regions of 2 MB    {found.small_regions:8,} in 4 KB pages"
    if found.scar_pages is None:
        yield "  once taken out     not to be told: this kernel's map has no Global bit (page-table isolation)"
    else:
        yield f"  once taken out     {found.scar_pages:8,} pages, by the Global bit that they lack"
    yield f"  secret right now   {found.removed_pages:8,} pages are taken out"


def kept_blocks(facts: Facts) -> Iterator[str]:
    """Yield how many blocks of 2 MB the tables of 4 KB pages keep from ever being a huge page, where it was counted."""
    if facts.table_blocks is not None:
        home = f"{facts.home_tables:,} of {facts.pte_tables:,} tables lie in the block that they map"
        yield f"  no huge page here  {facts.table_blocks:8,} blocks of 2 MB hold a table of 4 KB pages; {home}"


def split_checks(atlas: Atlas, kernel_says: Mapping[str, int]) -> Iterator[Check]:
    """Yield whether there are at least as many tables as splits were counted since the boot; some are made at boot."""
    for level, tables, name in ((2, atlas.facts.pte_tables, "4 KB"), (3, atlas.facts.pmd_tables, "2 MB")):
        splits = kernel_says.get(f"direct_map_level{level}_splits")
        if splits is not None:
            left = splits - kernel_says.get(f"direct_map_level{level}_collapses", 0)
            told = f"{tables:,} tables, {left:,} splits since the boot, {tables - left:,} made at boot"
            yield Check(f"tables of {name} pages and splits counted", tables >= left, told)


def meminfo(found: Tally, kernel_says: Mapping[str, int]) -> Iterator[str]:
    """Yield by how much the lines of /proc/meminfo are off: they tell of change, and not of state."""
    off = {name: kernel_says[name] - getattr(found, ours) for name, ours in SIZES.items() if name in kernel_says}
    if any(off.values()):
        parts = ", ".join(f"{name} by {difference / MIB:+,.1f} MB" for name, difference in off.items() if difference)
        yield f"/proc/meminfo is off: {parts}; believe the map"
    elif off:
        yield "/proc/meminfo says the same"


def changes(before: Atlas, after: Atlas) -> Iterator[str]:
    """Yield a line for each kind of thing that happened between two states."""
    for event in events(before, after):
        yield line(event)


def line(event: Event) -> str:
    """Return what happened as one line, and where."""
    size_name, verb = HAPPENED[event.kind]
    shown = ", ".join(map(place, event.spans[:MOST_SPANS]))
    left = len(event.spans) - MOST_SPANS
    more = f" and in {left:,} other places" if left > 0 else ""
    return f"{count_text(event.count, 'page')}{size_name} {verb}: at {shown}{more}"


def place(span: Span) -> str:
    """Return where something is, in gigabytes of physical address: as exactly as its size asks for."""
    first, pages = span
    begin, end = first * PAGE_BYTES / GIB, (first + pages) * PAGE_BYTES / GIB
    if pages >= 2 * REGION_PAGES:
        return f"{begin:.3f} to {end:.3f} GB"
    return f"{begin:.3f} GB" if pages >= REGION_PAGES else f"{begin:.4f} GB"


def size(size_bytes: int) -> str:
    """Return a size in gigabytes, in a column."""
    return f"{size_bytes / GIB:8.2f} GB"
