"""What ./lab validate found, for a report and for a terminal: the same sentences and tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median
from typing import TypeVar

from analysis.plots.duration import count_text
from analysis.plots.palette import backing_name
from analysis.report.block import Block, Bullets, Heading, Part, Table, Text, Told
from analysis.standing import Standing
from analysis.validation import FEW, Rate, Spike, Validation

TITLE = "Would this lab cry wolf here?"
NOT_RUN = (
    "Not run on this machine. ./lab validate measures the same against the same, to say how often this lab would cry "
    "wolf here, and puts in delays of known size, to say whether they come back. Its result belongs here."
)
METHOD = (
    f"First touches under several names are compared with each other, {FEW} blocks at a time, by the code that judges "
    "claims; each comparison has runs of its own. The same is called different where the 95 % interval leaves out 1. "
    "Two that differ by 1, 2 or 5 % are wrongly called alike where the whole interval is within just that bound. A "
    "delay is a wait behind each reading, in proportion to it; inside means that the interval holds what was put in, "
    "by the program's clock. Between processes, as for most claims, chance is whatever one process has and another has "
    "not; within processes readings with the delay lie among others, and that is common to both."
)
Found = TypeVar("Found", Rate, Spike)
WAYS = {True: "within processes", False: "between processes"}
SOUND = "Allowing for the number of rates, nothing speaks against what the lab promises."
UNSOUND = "The lab is wrong more often here than it promises: doubt what it says of this machine."
TOO_FEW = f"There are fewer than {FEW} blocks: it says nothing yet."
RATES = ("What was tried", "Wrong", "Rate [95 %]", "Promised")
DELAYS = ("Delay in", "Put in", "By its clock", "Found [95 %]", "Inside", "Seen", f"Missed in {FEW} blocks")


def part(found: Sequence[Standing]) -> Part:
    """Return the part of what stands for each machine."""
    return Part("validation", TITLE, tuple(block for each in found for block in of_machine(each, len(found) > 1)))


def of_machine(standing: Standing, is_one_of_several: bool) -> Iterator[Block]:
    """Yield what there is to say of a machine."""
    if is_one_of_several:
        yield Heading(f"Machine {standing.machine}")
    found = standing.validation
    if found is None:
        yield Text(NOT_RUN)
    else:
        yield from blocks(found)
        kernel = found.manifest.environment.kernel
        if others := [each for each in standing.kernels if each != kernel]:
            yield Text(
                f"It was made under Linux {kernel}; results here are of Linux {' and '.join(others)}.", "warning"
            )
    if standing.notes:
        yield Bullets(tuple(Told(note.text, f"[{note.slug}]") for note in standing.notes))


def blocks(found: Validation) -> Iterator[Block]:
    """Yield what a validation says: its sentences, then its tables."""
    yield Text(headline(found))
    yield Text(conclusion(found), "" if found.sound else "warning")
    yield Text(METHOD, "origin")
    for within, way in WAYS.items():
        if spikes := of_way(found.spikes, within=within):
            yield Heading(f"Whether a known delay comes back, {way}")
            yield Table(DELAYS, tuple(map(delay, spikes)), frozenset(range(1, len(DELAYS))))
        if wrong := rates(of_way(found.alarms, within=within), of_way(found.likenesses, within=within)):
            yield Heading(f"How often it is wrong, {way}")
            yield Table(RATES, wrong, frozenset({1, 2, 3}))


def of_way(found: Sequence[Found], *, within: bool) -> tuple[Found, ...]:
    """Return what was found between processes, or within them."""
    return tuple(each for each in found if each.within == within)


def headline(found: Validation) -> str:
    """Return the answer in a sentence or two."""
    manifest, rate = found.manifest, found.together
    delays = (came_back(of_way(found.spikes, within=within), way) for within, way in WAYS.items())
    return (
        f"On machine {manifest.machine} (Linux {manifest.environment.kernel}, {manifest.created}, commit "
        f"{manifest.commit}, {count_text(found.blocks, 'block')}) a condition was compared with itself "
        f"{count_text(rate.of, 'time')} and called different {count_text(rate.times, 'time')}: {rate_text(rate)}. "
        + " ".join(filter(None, delays))
    )


def came_back(spikes: Sequence[Spike], way: str) -> str:
    """Return what came of delays, "" where there are none."""
    if not spikes:
        return ""
    inside, seen = (sum(told) for told in ([s.inside for s in spikes], [s.seen for s in spikes]))
    far = median(spike.found.high / spike.found.value - 1 for spike in spikes)
    reach = f"reaches {100 * far:.2g} % to either side" if math.isfinite(far) else "has no bounds"
    return (
        f"Of {count_text(len(spikes), 'known delay')} {way}, {inside} came back inside the interval, which {reach}; "
        f"{seen} could be told from no delay."
    )


def conclusion(found: Validation) -> str:
    """Return what it amounts to."""
    return TOO_FEW if found.blocks < FEW else SOUND if found.sound else UNSOUND


def rates(alarms: Sequence[Rate], likenesses: Sequence[Rate]) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the wrong alarms and of the wrong equivalences."""
    wrong = [(f"alike, called unlike: {of_what(each)}", each) for each in alarms]
    wrong += [(f"unlike, called alike: {of_what(each)}", each) for each in likenesses]
    return tuple(
        (text, f"{each.times} of {each.of}", rate_text(each), f"at most {100 * each.most:g} %") for text, each in wrong
    )


def of_what(rate: Rate) -> str:
    """Return what a rate is of."""
    memory = f"{backing_name(rate.backing)}, " if rate.backing else ""
    return f"{memory}{rate.statistic}, {count_text(rate.blocks, 'block')}"


def rate_text(rate: Rate) -> str:
    """Return a rate with its interval, in percent."""
    if not rate.of:
        return "no comparison"
    found = rate.interval
    return f"{100 * rate.times / rate.of:.1f} % [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def delay(spike: Spike) -> tuple[str, ...]:
    """Return the row of a delay."""
    found = spike.found
    waited = f"{100 * spike.waited:.2f} %" if math.isfinite(spike.waited) else "?"
    low, high = (f"{100 * (each - 1):.2f}" if math.isfinite(each) else "-" for each in (found.low, found.high))
    return (
        backing_name(spike.backing),
        f"{100 * spike.delay:g} %",
        waited,
        f"{100 * (found.value - 1):.2f} % [{low}, {high}]",
        "yes" if spike.inside else "NO",
        "yes" if spike.seen else "no",
        f"{spike.missed.times} of {spike.missed.of}",
    )


def lines(found: Validation) -> Iterator[str]:
    """Yield the same as text for a terminal, a paragraph or a row each."""
    for block in blocks(found):
        if isinstance(block, Text | Heading):
            yield block.text
        elif isinstance(block, Table):
            yield from grid((block.header, *(tuple(map(str, row)) for row in block.rows)))


def grid(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their columns in line, the first to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = zip(row, widths, strict=True)
        yield "  ".join((f"  {first[0].ljust(first[1])}", *(cell.rjust(width) for cell, width in rest)))
