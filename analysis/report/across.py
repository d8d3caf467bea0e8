"""What many results say together: as lines of a terminal, and as the parts of a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.across.design import FACTORS, WORDS
from analysis.across.factor import Factor, Shift, Span
from analysis.across.finding import Finding, Holds
from analysis.across.machine import Machine
from analysis.across.survey import Survey
from analysis.plots import across
from analysis.plots.duration import count_text, figures, interval_text, ratio_text
from analysis.report.block import Block, Bullets, Document, Part, Picture, Table, Text
from analysis.report.summary import wrapped
from bench.text import printable

TITLE = "What holds on every machine"
GROUPS: dict[Holds, tuple[str, str]] = {
    "holds everywhere": (
        "Holds everywhere",
        "One more machine of any sort that was measured can be expected to show it.",
    ),
    "holds nowhere": (
        "Holds nowhere",
        "One more machine of any sort that was measured can be expected to show the contrary.",
    ),
    "depends": ("Depends on the machine", "Some sorts of machine can be expected to show it, and others the contrary."),
    "open": ("Open", "Of some sort of machine that was measured, it cannot be said what one more of it would show."),
}
READING = (
    'A ratio is treatment over baseline in a typical result, [its 95 % interval]; "next" is where that of one more '
    "machine, of a kind that nobody measured, is expected in 95 of 100 cases. Kinds of machine (CPU, number of CPUs, "
    "virtual or not) are a random effect: it is kinds that are counted, not results. A factor is named where it makes "
    "a difference that is told from none with all factors of all questions allowed for (Holm). Nobody drew the "
    "machines by lot: a factor may stand for something that goes with it."
)
MOST_LEFT_OUT = 50
"""So many that were left out are named in a terminal; a page and --json name all."""
MOST_UNASKED = 20


def text(found: Survey) -> str:
    """Return it as lines of at most a hundred columns."""
    return printable("\n".join(lines(found))).rstrip()


def lines(found: Survey) -> Iterator[str]:
    """Yield the lines."""
    yield from wrapped(counted(found))
    yield ""
    yield "Measured on                        results   kinds"
    for name, results, kinds in sorts(found.machines):
        yield f"  {name[:30]:30} {results:>9,} {kinds:>7,}"
    yield ""
    for outcome, (title, means) in GROUPS.items():
        modelled = [each for each in found.findings if each.outcome == outcome and each.typical]
        if modelled:
            yield from (title, *wrapped(means, 2))
        for each in modelled:
            yield from finding(each)
        if modelled:
            yield ""
    yield from without_model(found)
    if any(each.typical for each in found.findings):
        yield from (*wrapped(READING), "")
    yield from left_out(found)


def counted(found: Survey) -> str:
    """Return in a sentence what was taken in."""
    kinds = len({machine.kind for machine in found.machines})
    names = len({machine.name for machine in found.machines})
    parts = (count_text(len(found.machines), "result"), count_text(found.readings, "reading"))
    out = f"; {count_text(len(found.skipped), 'result')} left out" if found.skipped else ""
    return f"{parts[0]} with {parts[1]}, of {count_text(names, 'machine')} of {count_text(kinds, 'kind')}{out}."


def sorts(machines: Sequence[Machine]) -> list[tuple[str, int, int]]:
    """Return every level of every factor with how many results and how many kinds of machine have it."""
    rows = []
    for factor, of in FACTORS.items():
        for level in sorted({of(machine) for machine in machines}):
            its = [machine for machine in machines if of(machine) == level]
            rows.append((f"{WORDS[factor]} {level}", len(its), len({machine.kind for machine in its})))
    sizes = sorted({machine.kind.cpus for machine in machines})
    if sizes:
        least = f"{sizes[0]:,} to " if sizes[0] < sizes[-1] else ""
        rows.append((least + count_text(sizes[-1], "CPU"), len(machines), len({m.kind for m in machines})))
    return rows


def finding(each: Finding) -> Iterator[str]:
    """Yield what came of a question that has a model."""
    assert each.typical
    of = f"{count_text(each.results, 'result')} of {count_text(each.kinds, 'kind')}"
    yield from wrapped(f"{each.question.name}: {span(each.typical)}; {of}", 2)
    yield from wrapped(each.text, 6)
    for factor in each.factors:
        if factor.matters:
            yield from wrapped(depends(factor), 6)
    if each.mixed_up:
        names = ", ".join(f"{WORDS[column.factor]} {column.level}" for column in each.mixed_up)
        yield from wrapped(f"(cannot be told from the rest: {names})", 6)


def span(found: Span) -> str:
    """Return a ratio with its interval, and where the next machine's is expected."""
    near, wide = interval_text(found.low, found.high, ", "), interval_text(found.next_low, found.next_high)
    return f"{ratio_text(found.ratio)} [{near}], next {wide}"


def depends(factor: Factor) -> str:
    """Return what a factor does, level by level, or as what twice of it does."""
    if not factor.levels:
        return f"{WORDS[factor.name]} ({chance(factor.adjusted)}): {shift(factor.shifts[0])}"
    levels = ", ".join(
        f"{level.name} {ratio_text(level.span.ratio)} [{interval_text(level.span.low, level.span.high, ', ')}]"
        for level in factor.levels
    )
    return f"{WORDS[factor.name]} ({chance(factor.adjusted)}): {levels}"


def shift(found: Shift) -> str:
    """Return by what something multiplies the ratio."""
    return f"times {figures(found.ratio)} [{interval_text(found.low, found.high, ', ')}]"


def chance(p: float) -> str:
    """Return a p value."""
    return "p < 0.0001" if p < 1e-4 else f"p {p:.2g}"


def without_model(found: Survey) -> Iterator[str]:
    """Yield the questions of which nothing can be said, by the reason."""
    unasked = [each for each in found.findings if not each.typical]
    for why in dict.fromkeys(each.why for each in unasked):
        its = [each.question.name for each in unasked if each.why == why]
        more = f" and {len(its) - MOST_UNASKED:,} more" if len(its) > MOST_UNASKED else ""
        yield from wrapped(f"Not put together ({why}): {', '.join(its[:MOST_UNASKED])}{more}")
        yield ""


def left_out(found: Survey) -> Iterator[str]:
    """Yield what was left out, and why."""
    if found.skipped:
        yield "Left out"
    for each in found.skipped[:MOST_LEFT_OUT]:
        yield from wrapped(f"{each.path}: {each.why}", 2)
    if len(found.skipped) > MOST_LEFT_OUT:
        yield f"  and {len(found.skipped) - MOST_LEFT_OUT:,} more"


def document(found: Survey) -> Document:
    """Return it as a report."""
    figure = across.draw(found.findings)
    rows = tuple((name, f"{results:,}", f"{kinds:,}") for name, results, kinds in sorts(found.machines))
    measured = Table(("Measured on", "Results", "Kinds"), rows, frozenset({1, 2}))
    first: tuple[Block, ...] = (*((Picture(figure),) if figure else ()), Text(READING, "origin"))
    parts = [Part("together", "All results together", (*first, measured))]
    for outcome, (title, means) in GROUPS.items():
        modelled = [each for each in found.findings if each.outcome == outcome and each.typical]
        if modelled:
            name = outcome.replace(" ", "-")
            parts.append(Part(name, title, (Text(means), *(table(each) for each in modelled))))
    reasons = tuple(" ".join(line.split()) for line in without_model(found) if line)
    if reasons:
        parts.append(Part("not-put-together", "Not put together", (Text(" ".join(reasons)),)))
    if found.skipped:
        names = tuple(f"{each.path}: {each.why}" for each in found.skipped)
        parts.append(Part("left-out", "Left out", (Bullets(names),)))
    return Document(TITLE, counted(found), tuple(parts))


def table(each: Finding) -> Table:
    """Return a question with what it depends on and what is expected where, folded away under its name."""
    rows = [("factor", WORDS[f.name], chance(f.adjusted), depends(f).split(": ", 1)[1]) for f in each.factors]
    rows += [
        (
            "place",
            f"{p.flush}, {'virtual' if p.virtual else 'hardware'}, {count_text(p.cpus, 'CPU')}, Linux {p.series}",
            f"{p.results:,}",
            span(p.span),
        )
        for p in each.places
    ]
    assert each.typical
    title, said = (
        f"{each.question.name}: {span(each.typical)}",
        f"{each.text} {count_text(each.results, 'result')} of {count_text(each.kinds, 'kind')}.",
    )
    return Table(("", "Of", "p or results", "Ratio [95 %]"), tuple(rows), title=title, said=said, fold="closed")
