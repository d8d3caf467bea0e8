"""An advice as lines of a terminal and as blocks of a report; both say the same."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.advice.advice import Advice, Holding
from analysis.advice.protection import UNPROTECTED, at_limit, forked
from analysis.advice.rule import recommend
from analysis.advice.split import Splits
from analysis.advice.time import Time
from analysis.advice.wish import Wish
from analysis.plots.duration import count_text, duration, duration_range, figures, size_text
from analysis.plots.usage import ground_name
from analysis.report.summary import wrapped
from bench.text import printable

Rows = tuple[tuple[str, ...], ...]
TIMES = ("Way", "Each", "95 %", "Make", "Touch", "Give up", "All", "From")
MEMORY = ("Way", "Locked", "Files", "Mappings", "Page tables", "In 8 MB", "Stopped at", "By")
TIME = "Time: to make, touch first and give up one secret; and all of them"
HELD = "Memory and limits, all secrets held at once"
SPLIT = "Regions of 2 MB of the kernel's map turned to 4 KB until the next boot"
READING = (
    "Measured: at this size. Between sizes: on a straight line between the sizes beside. Sum of parts: put together "
    "from measured calls; of malloc + mlock with blocks that share pages it is an upper bound. Intervals are of what "
    "was measured, not of the sum or the line. Held for real in one trial, most ways took what is told within a factor "
    "of two, an arena of one page three times as long: see docs/guidance.md."
)
FEW_REGIONS = 10
SPLITS = ("Way", "Pages", "As it comes", "Pieces used up", "Packed", "At worst")


def text(advice: Advice) -> str:
    """Return an advice as lines of at most a hundred columns."""
    return printable("\n".join(lines(advice))).rstrip()


def lines(advice: Advice) -> Iterator[str]:
    """Yield the lines of an advice."""
    yield from wrapped(asked(advice.wish))
    yield from wrapped(f"Machine {advice.machine}, Linux {advice.kernel}. {limits_text(advice)}")
    yield ""
    yield "What to do"
    for told in recommend(advice):
        yield from bullet(told)
    yield ""
    yield from titled(TIME, TIMES, times(advice))
    yield from titled(HELD, MEMORY, memory(advice))
    yield from titled(SPLIT, SPLITS, split(advice))
    for told in remarks(advice):
        yield from wrapped(told)
    yield ""
    for title, told_all in explained(advice):
        yield title
        for told in told_all:
            yield from bullet(told)
        yield ""


def bullet(told: str) -> Iterator[str]:
    """Yield the lines of one point of a list."""
    first, *rest = wrapped(told, 4)
    yield from (f"  - {first.strip()}", *rest)


def asked(wish: Wish) -> str:
    """Return the question."""
    if wish.secrets == 1:
        return f"A secret of {size_text(wish.size_bytes)}: what does holding it cost?"
    return f"{wish.secrets:,} secrets of {size_text(wish.size_bytes)} each: what does holding them cost?"


def limits_text(advice: Advice) -> str:
    """Return the limits that the advice goes by."""
    limits = advice.limits
    locked = (
        "no limit of locked memory" if limits.memlock_bytes is None else f"{size_text(limits.memlock_bytes)} locked"
    )
    exempt = " (from which this process is exempt)" if limits.exempt else ""
    files = "any number of files" if limits.descriptors is None else count_text(limits.descriptors, "file")
    mappings = "" if limits.mappings is None else f", {count_text(limits.mappings, 'mapping')}"
    return f"Limits: {locked}{exempt}, {files}{mappings} ({limits.said_by})."


def times(advice: Advice) -> Rows:
    """Return the rows of times; a way without one says what to run."""
    return tuple(time_row(holding) for holding in advice.holdings)


def time_row(holding: Holding) -> tuple[str, ...]:
    """Return the times of one way."""
    found = holding.cost
    if found is None:
        return (holding.title, *("-",) * (len(TIMES) - 2), "not measured")
    parts = (duration(ns) if ns else "-" for ns in (found.make_ns, found.touch_ns, found.free_ns))
    whole = duration(found.total.value_ns)
    return (holding.title, duration(found.each.value_ns), interval(found.each), *parts, whole, found.basis)


def interval(time: Time) -> str:
    """Return a time's interval."""
    if time.low_ns is None or time.high_ns is None:
        return "no bounds"
    return duration_range(time.low_ns, time.high_ns)


def memory(advice: Advice) -> Rows:
    """Return the rows of memory and limits."""
    return tuple(memory_row(holding) for holding in advice.holdings)


def memory_row(holding: Holding) -> tuple[str, ...]:
    """Return what one way takes of memory and of limits."""
    least, most = (size_text(value) for value in holding.table_bytes)
    tables = f"{least} to {most}"
    return (
        holding.title,
        size_text(holding.locked_bytes),
        f"{holding.files:,}",
        f"{holding.mappings:,}",
        tables,
        f"{holding.stops[0].most_secrets:,}",
        f"{holding.stop.most_secrets:,}",
        holding.stop.limit,
    )


def split(advice: Advice) -> Rows:
    """Return the rows of splits, of secret memory alone."""
    return tuple(split_row(h.title, h.locked_bytes, h.splits) for h in advice.holdings if h.splits)


def split_row(title: str, locked_bytes: int, found: Splits) -> tuple[str, ...]:
    """Return the splits of one way."""
    natural = (natural_text(found, ground) for ground in ("as_found", "used_up"))
    worst = f"{found.worst_regions:,} ({size_text(found.worst_table_bytes)})"
    return title, f"{locked_bytes // 4096:,}", *natural, f"{found.packed_regions:,}", worst


def natural_text(found: Splits, ground: str) -> str:
    """Return the splits of natural use on one ground, with those of the runs that split least and most."""
    if ground not in found.natural:
        return "not measured"
    value, low, high = found.natural[ground]
    return f"{regions(value)} ({regions(low)} to {regions(high)})"


def regions(count: float) -> str:
    """Return how many regions, of which a rate makes a part of one, too."""
    return f"{count:,.0f}" if count >= FEW_REGIONS else f"{count:.2g}"


def remarks(advice: Advice) -> Iterator[str]:
    """Yield how to read the tables, where their figures come from, and what is lacking."""
    yield from gaps(advice)
    yield from split_notes(advice)
    yield from origins(advice)


def gaps(advice: Advice) -> Iterator[str]:
    """Yield why ways have no time, each reason once."""
    reasons: dict[str, list[str]] = {}
    for holding in advice.holdings:
        if holding.lacking:
            reasons.setdefault(holding.lacking, []).append(holding.title)
    for why, titles in reasons.items():
        which = "any way" if len(titles) == len(advice.holdings) else "; ".join(titles)
        yield f"No time for {which}: {why}."


def split_notes(advice: Advice) -> Iterator[str]:
    """Yield how to read the splits, and what one takes."""
    if advice.rates:
        rates = "; ".join(
            f"{ground_name(each.ground)} {figures(each.a_mib)} a MB ({count_text(each.runs, 'run')})"
            for each in advice.rates
        )
        yield (
            f"Natural use, measured: {rates}; in brackets the runs that split least and most, of those that came to "
            "their end."
        )
    yield (
        "Best is none, where pages come from memory that was secret before. Packed and at worst are arithmetic: 512 "
        "pages a region, or a region each; in brackets the kernel's page tables for it, 4 KB a split."
    )
    if found := advice.steered:
        reached, held = count_text(found.regions, "region"), count_text(found.pages, "page")
        yield f"Reached here by steering where pages come from, had again and again: {reached}, with {held} at a time."
    if advice.split:
        yield (
            f"A split adds {duration(advice.split.value_ns)} ({interval(advice.split)}) to the touch that has it made, "
            "beside the times above, which are of memory that was split before."
        )


def origins(advice: Advice) -> Iterator[str]:
    """Yield where the figures come from, and what is lacking."""
    told = {"secret_life": "times and forks", "fragmentation": "splits", "page_cost": "the time of a split"}
    told["removal"] = "proofs"
    for each in advice.origins:
        unfinished = "" if each.finished else ", NOT FINISHED"
        yield f"From {each.result}: {told[each.experiment]} (commit {each.commit}{unfinished})."
    for gap in advice.lacking:
        yield f"Not known here: {gap.what}, since {gap.why}. Run {gap.run}"
    yield READING


def explained(advice: Advice) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what else a holder of secrets has to know."""
    yield "At the limit", tuple(at_limit(advice))
    yield "fork", tuple(forked(advice))
    yield "What secret memory does not protect", UNPROTECTED


def titled(title: str, header: tuple[str, ...], rows: Rows) -> Iterator[str]:
    """Yield a table under its title, its columns as wide as what stands in them."""
    every = (header, *rows)
    widths = [max(len(row[place]) for row in every) for place in range(len(header) - 1)]
    yield title
    for row in every:
        cells = (f"{value:>{width}}" for value, width in zip(row[1:-1], widths[1:], strict=True))
        yield f"  {row[0]:{widths[0]}}  {'  '.join(cells)}  {row[-1]}".rstrip()
    yield ""
