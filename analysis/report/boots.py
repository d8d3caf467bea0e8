"""A series of boots in words: which boots there were, what each claim came to over boots, and what spoiled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.boots import Boot, BootSeries, Judged, judge
from analysis.emulation import NOTE
from analysis.plots.duration import count_text, effect_text, interval_text, ratio_text, size_text
from analysis.report.summary import wrapped
from bench.model.boot import BootEvent
from bench.text import printable

FEW = 5
FEW_TEXT = (
    "These are few boots: an interval over boots is wide with few of them, however many readings each gave. "
    "More: ./lab plan reboots --blocks"
)
STANDS = {
    None: "NOT OVER: go on with ./lab run --continue",
    "complete": "complete",
    "gave-up": "GIVEN UP: one boot never became what was asked for",
    "abandoned": "ABANDONED",
}
BOOT_HEADER = ("boot", "block", "kind", "direct map in 1 GB / 2 MB / 4 KB", "seen by", "split by measuring", "results")
CLAIM_HEADER = ("claim", "outcome", "ratio", "95 %", "blocks", "runs of a boot differ", "boots of a kind differ")
Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


def text(series: BootSeries) -> str:
    """Return a series as plain text for a terminal."""
    parts = [line for each in head(series) for line in wrapped(each)]
    parts += ["", *columns(boot_table(series)), ""] if series.boots else [""]
    found = judge(series)
    for each in found:
        parts += claim_lines(each) if each.verdict.ratio else ()
    parts += [line for each in not_run(found) for line in wrapped(each)]
    parts += [line for each in tail(series) for line in wrapped(each)]
    return printable("\n".join(parts)).rstrip()


def markdown(series: BootSeries, figure: str = "") -> str:
    """Return a series as Markdown; `figure` is the path of its picture, "" where it has none."""
    parts = [f"# {title(series)}", *head(series)[1:], table(boot_table(series))]
    found = judge(series)
    if found:
        parts += [f"![Each boot's figure, and the claims over boots]({figure})"] if figure else []
        parts += [table(claim_table(found)), "\n".join(f"- {line}" for line in sentences(found))]
    return printable("\n\n".join([*parts, *tail(series)])).replace("<", "&lt;") + "\n"


def title(series: BootSeries) -> str:
    """Return what it is."""
    return f"A series of boots: {' against '.join(kind.name for kind in series.plan.kinds)}"


def head(series: BootSeries) -> list[str]:
    """Return what was planned, and how far it got."""
    plan = series.plan
    ended = next((event.outcome for event in series.events if event.event == "ended"), None)
    far = f"{len(series.boots)} of {count_text(len(plan.order), 'boot')} measured, {STANDS[ended]}."
    whose = f"Machine {plan.name}, kernel {plan.kernel}, commit {plan.commit}, planned {plan.created}"
    return [
        title(series),
        f"{far} {whose}, order from seed {plan.seed}.",
        f"In each boot: ./lab run {' '.join(plan.words)}. A boot counts as one, whatever it gave in readings.",
    ]


def boot_table(series: BootSeries) -> Table:
    """Return the boots that were measured."""
    return BOOT_HEADER, tuple(boot_row(boot) for boot in series.boots)


def boot_row(boot: Boot) -> tuple[str, ...]:
    """Return one boot's cells."""
    sizes = boot.booted.map_bytes
    total = sum(sizes.values())
    shares = " / ".join(f"{sizes.get(size, 0) / total:.1%}" for size in ("1g", "2m", "4k")) if total else "not seen"
    split = "not counted" if boot.split_bytes is None else size_text(boot.split_bytes)
    names = ", ".join(f"{result.path.parent.name}/{result.path.name}" for result in boot.results)
    return (str(boot.place + 1), str(boot.block + 1), boot.kind, shares, boot.booted.seen_by or "-", split, names)


def claim_table(found: Sequence[Judged]) -> Table:
    """Return the claims, with how far runs of a boot and boots of a kind differ."""
    return CLAIM_HEADER, tuple(
        (
            each.verdict.claim.name,
            each.verdict.outcome,
            ratio_text(each.verdict.ratio.value) if each.verdict.ratio else "-",
            interval_text(each.verdict.ratio.low, each.verdict.ratio.high) if each.verdict.ratio else "-",
            str(each.verdict.ratio.blocks) if each.verdict.ratio else "-",
            spread(each.within),
            spread(each.between),
        )
        for each in found
    )


def spread(value: float | None) -> str:
    """Return a deviation of logarithms in per cent."""
    return "-" if value is None else effect_text(value)


def sentences(found: Sequence[Judged]) -> Iterator[str]:
    """Yield each claim's sentence with what to read with it."""
    for each in found:
        reasons = "".join(f" ({reason})" for reason in each.verdict.reasons)
        yield f"{each.verdict.claim.name}: {each.verdict.claim.text}{reasons}"


def claim_lines(found: Judged) -> Iterator[str]:
    """Yield a claim as lines of a terminal."""
    verdict = found.verdict
    told = ""
    if ratio := verdict.ratio:
        told = (
            f"{ratio_text(ratio.value)} [{interval_text(ratio.low, ratio.high)}], {count_text(ratio.blocks, 'block')}"
        )
    yield f"  {verdict.outcome.upper():11}{verdict.claim.name:28} {told}".rstrip()
    yield from wrapped(verdict.claim.text, 13)
    if found.within is not None or found.between is not None:
        yield f"{'':13}runs of a boot differ by {spread(found.within)}, boots of a kind by {spread(found.between)}"
    for reason in verdict.reasons:
        yield from wrapped(f"({reason})", 13)


def not_run(found: Sequence[Judged]) -> Iterator[str]:
    """Yield which claims have no ratio, by the reason."""
    for reason in dict.fromkeys(reason for each in found if not each.verdict.ratio for reason in each.verdict.reasons):
        names = [each.verdict.claim.name for each in found if reason in each.verdict.reasons]
        yield f"Not run, for {reason}: {', '.join(names)}."


def tail(series: BootSeries) -> list[str]:
    """Return what else a reader must know: emulation, few boots, and what did not count."""
    found = [f"{NOTE.text} [{NOTE.slug}]"] if series.emulated else []
    if not series.plan.claims:
        found.append("Its plan has no claims between boots: only whole_boot brings some.")
    if 0 < len(series.boots) < FEW * len(series.plan.kinds):
        found.append(FEW_TEXT)
    found += [spoiled(event) for event in series.spoiled]
    return found + [
        f"Boot {event.place + 1}: {note.text} [{note.slug}]" if event.event != "ended" else f"{note.text} [{note.slug}]"
        for event in series.events
        if event.event != "spoiled"
        for note in event.notes
    ]


def spoiled(event: BootEvent) -> str:
    """Return why a boot does not count."""
    return f"Boot {event.place + 1} did not count once: " + " ".join(f"{n.text} [{n.slug}]" for n in event.notes)


def table(content: Table) -> str:
    """Return a table in Markdown."""
    header, rows = content
    lines = (header, ("---",) * len(header), *rows)
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def columns(content: Table) -> Iterator[str]:
    """Yield a table as lines of a terminal; the last column, names of results, has a line of its own."""
    header, rows = content
    cut = [line[:-1] for line in (header, *rows)]
    widths = [max(len(line[n]) for line in cut) for n in range(len(header) - 1)]
    for n, line in enumerate(cut):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        if n:
            yield f"      {rows[n - 1][-1]}"
