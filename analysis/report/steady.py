"""Was it steady? What runs and blocks did in their order, in words and tables; nothing is left out for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from analysis.compare import Ratio
from analysis.plots.duration import figures, interval_text, ratio_text
from analysis.plots.name import factors
from analysis.report.block import Block, Heading, Table, Text, Told, Value
from analysis.steady.sitting import LEAST_BLOCKS, Sitting
from analysis.steady.steadiness import Steadiness, Steady
from analysis.steady.trace import LEAST, RARE, Key, Trace

MOST_NAMED = 8
HOW = (
    "Looked at is whether what the claims rest on went up or down, or changed its level, while it was measured. Only "
    f"what luck alone would do in fewer than {100 * RARE:g} of 100 cases is called a drift or a change; neighbours "
    "that hang together are allowed for. A claim compares neighbours in time, so that what both sides share cancels. "
    "Nothing is corrected or left out; a mark asks a reader to look twice."
)
CLAIMS = ("Claim", "All readings", "First halves", "Second halves", "Over the blocks", "Worth in blocks", "Look twice")
RUNS = ("Measured", "Runs", "Readings", "Worth", "Runs that drift", "By how much", "Runs that change level")


def blocks(found: Steadiness) -> Iterator[Block]:
    """Yield the section of one result; nothing where no claim has data."""
    claims = [each for each in found.claims if each.verdict.ratio]
    if not claims:
        return
    yield Heading("Was it steady?")
    yield Text(" ".join(summary(found)))
    yield Text(HOW, "origin")
    yield Table(CLAIMS, tuple(map(claim, claims)), frozenset(range(1, 6)), "", "Claim by claim", CLAIMED, "closed")
    if any(found.traces.values()):
        rows = tuple(runs(key, every) for key, every in found.traces.items() if every)
        yield Table(RUNS, rows, frozenset(range(1, 5)), "", "Inside the runs", INSIDE, "closed")


CLAIMED = (
    "First and second halves: the ratio from one half of every run's readings alone; a dash where runs have too few. "
    "Over the blocks: by how much the ratio moved from the first block to the last, along its trend, and where its "
    "level changed. Worth: how many independent blocks would tell as much; few blocks tell little of that."
)
INSIDE = (
    f"Of runs with at least {LEAST} readings. Worth: how many independent readings would tell a run's mean as well, in "
    "the median. By how much: the median of the runs that drift, and the run that does most, from its first reading to "
    "its last."
)


def summary(found: Steadiness) -> Iterator[str]:
    """Yield what a reader must know, in sentences."""
    every = [trace for each in found.traces.values() for trace in each]
    if every:
        drifting, changing = (sum(getattr(trace, name) for trace in every) for name in ("drifts", "changes"))
        yield (
            f"Of {len(every):,} series of readings, each of one run, {drifting:,} drift and {changing:,} change their "
            f"level; luck alone would make it about {max(1, round(RARE * len(every))):,} of either."
        )
    claims = [each for each in found.claims if each.verdict.ratio]
    moving = [each for each in claims if each.sitting and (each.sitting.drifts or each.sitting.changes)]
    yield f"From block to block {named(moving, 'claim moves', 'claims move') if moving else 'no claim moves'}."
    others = [each for each in claims if each.others]
    yield (
        f"{named(others, 'claim', 'claims') if others else 'No claim'} would have come out otherwise by the first or "
        "the second half of every run's readings, or if blocks that hang together counted for less."
    )


def named(found: Sequence[Steady], one: str, several: str) -> str:
    """Return how many there are and their names, as far as there is room."""
    names = [each.verdict.claim.name for each in found[:MOST_NAMED]]
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"{len(found)} {one if len(found) == 1 else several} ({', '.join(names)}{more})"


def claim(each: Steady) -> tuple[Value, ...]:
    """Return a claim's row."""
    verdict, ratio = each.verdict, each.verdict.ratio
    assert ratio is not None
    first, second = map(bracket, each.halves) if each.halves else ("-", "-")
    worth = f"{each.sitting.worth:.0f} of {ratio.blocks}" if each.sitting else f"? of {ratio.blocks}"
    moved = course(each.sitting) if each.sitting else f"fewer than {LEAST_BLOCKS} blocks"
    return (verdict.claim.name, bracket(ratio), first, second, moved, worth, twice(each))


def bracket(ratio: Ratio) -> Told:
    """Return a ratio with its interval below it."""
    return Told(ratio_text(ratio.value), interval_text(ratio.low, ratio.high))


def course(found: Sitting) -> Told:
    """Return how a ratio moved over the blocks."""
    step = f"; {signed(found.step)} after block {found.changed_after}" if found.changes else ""
    moved = "a trend" if found.drifts else "no trend"
    return Told(f"{moved}, {signed(found.rise)}{step}", f"p {chance(found.rise_p)}")


def twice(each: Steady) -> str:
    """Return why a reader should look twice, "-" where there is no reason."""
    moves = [name for name, is_so in reasons(each) if is_so]
    others = [f"{why}: {outcome}" for why, outcome in each.others]
    return "; ".join((*moves, *others)) or "-"


def reasons(each: Steady) -> tuple[tuple[str, bool], ...]:
    """Return what may have moved, and whether it did."""
    found = each.sitting
    return (
        ("it drifts over the blocks", bool(found and found.drifts)),
        ("its level changes between blocks", bool(found and found.changes)),
    )


def runs(key: Key, every: Sequence[Trace]) -> tuple[Value, ...]:
    """Return the row of a condition's metric."""
    condition, metric = key
    drifting, changing = [t for t in every if t.drifts], [t for t in every if t.changes]
    most = max(drifting, key=lambda t: abs(t.rise), default=None)
    middle = (
        f"{percent(np.median([t.rise for t in drifting]))}, most {percent(most.rise)} in run {most.run}"
        if most
        else "-"
    )
    return (
        Told(factors(condition), metric),
        str(len(every)),
        f"{np.median([t.readings for t in every]):,.0f}",
        f"{np.median([t.worth for t in every]):,.0f}",
        str(len(drifting)),
        Told(middle, ids([t.run for t in drifting])),
        Told(str(len(changing)), ids([t.run for t in changing])),
    )


def ids(found: Sequence[int]) -> str:
    """Return runs by their number in the plan, as far as there is room."""
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"runs {', '.join(map(str, found[:MOST_NAMED]))}{more}" if found else ""


def signed(factor: float) -> str:
    """Return a factor as a change in per cent."""
    return percent(factor - 1)


def percent(share: float) -> str:
    """Return a share in per cent, with its sign."""
    return f"{100 * share:+.1f} %"


def chance(p: float) -> str:
    """Return a p value for a person."""
    return "below 0.001" if p < 0.001 else figures(p)
