"""The kernel's own reads in words and in lines of a terminal."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence

from analysis.cells import Cell
from analysis.compare import Ratio
from analysis.plots.duration import duration, interval_text, ratio_text, size_text
from analysis.plots.reads import hidden
from analysis.reads import Reads, reach, reads
from analysis.report.study import Study
from workloads.tlb_pressure import SETS

NAME, TIME, RATIO = 42, 10, 24


def answers(study: Study) -> Iterator[str]:
    """Yield what small pages of the direct map do to the kernel's reads, at the footprint that the claims are about."""
    claim = next((each for each in study.result.manifest.experiment.claims if each.name == "split-4k"), None)
    found = next((each for each in reads(study.cells) if claim and each.condition == claim.treatment), None)
    if found is None or "4k" not in found.ratios:
        return
    size, ratio = size_text(found.footprint_bytes), found.ratios["4k"]
    text = (
        f"Small pages in the kernel's own map: reading a line of each page of {size} in random order, the kernel took "
        f"{duration(found.kernel['4k'].typical['p50'])} a read through entries of 4 KB and "
        f"{duration(found.kernel[found.base].typical['p50'])} through {SETS[found.base]}: {told(ratio)} as long."
    )
    if found.base == "2m":
        text += " No memory was in entries of 1 GB any more that could be had."
    if "2m" in found.ratios:
        text += f" Through entries of 2 MB it took {told(found.ratios['2m'])} as long as through 1 GB."
    other = f"{found.base}_other"
    if other in found.ratios:
        text += f" Other pages of the same size, which should not differ: {told(found.ratios[other])}."
    yield text


def told(ratio: Ratio) -> str:
    """Return a ratio with its interval in words."""
    return f"{ratio_text(ratio.value)[:-1]} times (95 % interval {interval_text(ratio.low, ratio.high)})"


def lines(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the lines of the table, nothing where the kernel's reads were not timed."""
    found = reads(cells)
    if not found:
        return
    yield "One read by the kernel, by the size of its direct map's entry   (p50; ratio, less the control)"
    for each in found:
        yield from condition(each)
    if note := hidden([each for each in found if each.is_plain]):
        yield from textwrap.wrap(note, NAME + 2 * TIME + RATIO, initial_indent="  ", subsequent_indent="  ")
    for positive, ratio in reach(cells):
        huge = "1 GB" if positive.get("backing") == "hugetlb_1g" else "2 MB"
        what = f"{size_text(int(positive.get('footprint') or 0))}, a program's own, 4 KB / {huge}"
        yield f"  {what:{NAME + 2 * TIME}}{bracket(ratio):>{RATIO}}"
    yield ""


def condition(each: Reads) -> Iterator[str]:
    """Yield the lines of one condition."""
    cpus = f", {each.threads} CPUs" if each.threads > 1 else ""
    what = f"{size_text(each.footprint_bytes)}, {each.pattern}{cpus}"
    for name, cell in each.kernel.items():
        user = each.user.get(name)
        own = f"({duration(user.typical['p50'])})" if user else ""
        ratio = bracket(each.ratios[name]) if name in each.ratios else ""
        label = f"{what}: {SETS[name]}"
        yield f"  {label:{NAME}}{duration(cell.typical['p50']):>{TIME}}{own:>{TIME}}{ratio:>{RATIO}}".rstrip()


def bracket(ratio: Ratio) -> str:
    """Return a ratio with its interval, short."""
    if not math.isfinite(ratio.high):
        return f"{ratio.value:.3f}x [no bounds]"
    return f"{ratio.value:.3f}x [{ratio.low:.3f}, {ratio.high:.3f}]"
