"""The fears in a report: one table of answers first, then a part for each fear that something was measured of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from analysis.family import Places
from analysis.fear.catalog import FEARS
from analysis.fear.column import Column
from analysis.fear.fear import Fear, Published
from analysis.fear.meaning import carried, figure, joined, meaning, told, why_not
from analysis.fear.ruling import Ruling, Vote
from analysis.plots import forest
from analysis.plots.duration import effect_text
from analysis.report.block import Block, Bullets, Heading, Part, Picture, Table, Text, Told
from analysis.report.chapter import anchor
from analysis.verdict import Outcome, Verdict

NOTHING = "No figure was found."
RULES = {
    "any": "It is right where any of these claims says so, and wrong only where all of them speak against it.",
    "all": "It is right only where all of these claims hold, and wrong where one of them fails.",
}
HEADER = ("Says", "Claim", "From", "Figure")
UNSEEN = ("What was said", "What others published", "Why nothing was measured")
WORDS: dict[Outcome, str] = {
    "supported": "right",
    "refuted": "wrong",
    "undecided": "left open",
    "not run": "not looked at",
}
READ = (
    "Supported: what was feared or said is right here. Refuted: it is wrong here. Undecided: the data leave it open, "
    "which is not the same as wrong. A figure such as 2.12x [1.66, 2.72] is how many times as much it was, and in "
    "brackets the range that the data leave open, at 95 %; 1x is no difference."
)


def answers(every: Sequence[Column]) -> Part:
    """Return the first page: a row each fear that was looked at, with a column each machine and kernel, then the rest.

    Columns in which nothing was looked at are left out.
    """
    columns = [column for column in every if any(r.outcome != "not run" for r in column.rulings)] or every[:1]
    here = [f"What {column.title} says" for column in columns] if len(every) > 1 else ["What this machine says"]
    header = ("What was feared or said", "What others published", *here, "What it means for you")
    seen = [number for number in range(len(FEARS)) if measured(number, columns)]
    table = Table(header, tuple(row(number, columns) for number in seen), kind="fears")
    blocks = (*tallies(columns), *((Text(READ, "origin"), table) if seen else ()), *unseen(seen, columns))
    return Part("answers", "The fears, and what was measured", blocks, "answer")


def tallies(columns: Sequence[Column]) -> Iterator[Block]:
    """Yield how many fears each column found right, wrong, open, and did not look at."""
    lines = []
    for column in columns:
        counted = Counter(ruling.outcome for ruling in column.rulings)
        parts = [f"{times} {word}" for outcome, word in WORDS.items() if (times := counted.get(outcome))]
        lines.append(f"{column.title}: {', '.join(parts)}.")
    head = f"{len(FEARS)} things that were feared or said of memfd_secret."
    yield from (Text(f"{head} On {lines[0]}"),) if len(lines) == 1 else (Text(head), Bullets(tuple(lines)))


def row(number: int, columns: Sequence[Column]) -> tuple[Told, ...]:
    """Return a fear's row."""
    fear, rulings = FEARS[number], [column.rulings[number] for column in columns]
    return (
        Told(fear.title, fear.said, part=name(fear)),
        publications(fear),
        *(Told(figure(ruling), beside(ruling), ruling.outcome) for ruling in rulings),
        Told(" ".join(told_apart(columns, rulings))),
    )


def beside(ruling: Ruling) -> str:
    """Return what stands beside an outcome: the claim that carries it, or why there is none."""
    return why_not(ruling) if ruling.outcome == "not run" else carried(ruling)


def unseen(seen: Sequence[int], columns: Sequence[Column]) -> Iterator[Table]:
    """Yield the fears that nothing was measured of, folded away where there are others."""
    rest = [number for number in range(len(FEARS)) if number not in seen]
    rows = tuple(
        (
            Told(FEARS[number].title, FEARS[number].said),
            publications(FEARS[number]),
            " ".join(dict.fromkeys(f"{why_not(column.rulings[number])}." for column in columns)),
        )
        for number in rest
    )
    if rows:
        title = f"Not looked at here: {len(rows)} of {len(FEARS)}, and why"
        yield Table(UNSEEN, rows, title=title, fold="closed" if seen else "open")


def publications(fear: Fear) -> Told:
    """Return what others published on a fear, in a few words each, and where."""
    return Told(" ".join(each.short for each in fear.published) or NOTHING, sources(fear.published))


def measured(number: int, columns: Sequence[Column]) -> bool:
    """Tell whether any column could say something of a fear."""
    return any(column.rulings[number].outcome != "not run" for column in columns)


def told_apart(columns: Sequence[Column], rulings: Sequence[Ruling]) -> Iterator[str]:
    """Yield what the rulings mean, once for all that come to the same; where they differ, whose each is."""
    groups: dict[Outcome, list[tuple[Column, Ruling]]] = {}
    for column, ruling in zip(columns, rulings, strict=True):
        if ruling.outcome != "not run":
            groups.setdefault(ruling.outcome, []).append((column, ruling))
    for pairs in groups.values():
        whose = f"{joined([column.title for column, _ in pairs])}: " if len(groups) > 1 else ""
        yield whose + meaning([ruling for _, ruling in pairs])


def sources(published: Sequence[Published]) -> str:
    """Return where things were published."""
    return "; ".join(each.source for each in published)


def name(fear: Fear) -> str:
    """Return the anchor of a fear's part."""
    return f"fear-{fear.id}"


def chapters(columns: Sequence[Column], ranked: Places) -> tuple[Part, ...]:
    """Return a part for each fear that any column could say something of."""
    seen = [number for number in range(len(FEARS)) if measured(number, columns)]
    return tuple(
        chapter(FEARS[number], [(column, column.rulings[number]) for column in columns], ranked) for number in seen
    )


def chapter(fear: Fear, found: Sequence[tuple[Column, Ruling]], ranked: Places) -> Part:
    """Return the part of one fear."""
    said = Text(f"{fear.said} Source: {fear.source} {fear.address}".strip())
    published = tuple(f"{each.said} ({each.source} {each.address}".strip() + ")" for each in fear.published)
    before = (Heading("What others published"), Bullets(published)) if published else (Text(NOTHING, "origin"),)
    told = [pair for pair in found if pair[1].outcome != "not run"]
    blocks = (block for pair in told for block in findings(*pair, ranked))
    others = tuple(f"{column.title}: {why_not(ruling)}" for column, ruling in found if ruling.outcome == "not run")
    elsewhere = (Heading("Not looked at"), Bullets(others)) if others else ()
    return Part(name(fear), f"{fear.title}: {'; '.join(verdicts(told))}", (said, *before, *blocks, *elsewhere))


def verdicts(found: Sequence[tuple[Column, Ruling]]) -> list[str]:
    """Return the outcomes of who could say something, each once."""
    return list(dict.fromkeys(ruling.outcome for _, ruling in found))


def findings(column: Column, ruling: Ruling, ranked: Places) -> Iterator[Block]:
    """Yield what one column has to say of a fear: meaning, claims, figure, method and limits."""
    yield Heading(f"What {column.title} says: {ruling.outcome}")
    yield Text(meaning([ruling]))
    yield Text(RULES[ruling.fear.rule], "origin")
    yield Table(HEADER, tuple(map(line, ruling.votes)), frozenset({3}), "claims")
    drawn = forest.draw(ruling, column.title)
    if drawn:
        yield Picture(drawn)
    if ruling.beside:
        beside = tuple(map(line, ruling.beside))
        yield Table(
            HEADER, beside, frozenset({3}), "claims", "Beside it: controls, and what else was asked", fold="closed"
        )
    yield Heading("Method and limits")
    yield Bullets(tuple(methods(ruling, ranked)))


def line(vote: Vote) -> tuple[Told | str, ...]:
    """Return the row of one claim."""
    manifest = vote.study.result.manifest
    turned = (
        (f"the claim, which speaks against it: {vote.judged.outcome}",) if vote.outcome != vote.judged.outcome else ()
    )
    reasons = "; ".join((*turned, *vote.judged.reasons))
    where = Told(manifest.experiment.name, f"{vote.name}, {manifest.created[:10]}", part=anchor(vote.study))
    return Told("", outcome=vote.outcome), Told(vote.text, reasons), where, told(vote)


def methods(ruling: Ruling, ranked: Places) -> Iterator[str]:
    """Yield how the experiments of a ruling were made, and what bounds them."""
    studies = {id(vote.study): vote.study for vote in ruling.votes}
    for study in studies.values():
        manifest = study.result.manifest
        runs = f"{study.made} of {study.planned} runs in {study.blocks} blocks, commit {manifest.commit}"
        disturbed = f"; something else disturbed {len(study.disturbed)} of them" if study.disturbed else ""
        yield f"{manifest.experiment.question} {runs}{disturbed}."
    least = [v.judged.ratio.detectable for v in ruling.votes if isinstance(v.judged, Verdict) and v.judged.ratio]
    known = [value for value in least if math.isfinite(value)]
    if known:
        low, high = effect_text(min(known)), effect_text(max(known))
        of = low if low == high else f"{low} to {high}, by claim"
        yield f"The smallest effect that could have been told from none here: {of}."
    if len(known) < len(least):
        yield f"{len(least) - len(known)} of {len(least)} ratios rest on one block: they have no interval."
    yield from luck(ruling, ranked)


def luck(ruling: Ruling, ranked: Places) -> Iterator[str]:
    """Yield how much of a ruling is left when all claims of the report are allowed for."""
    placed = [ranked[v.judged] for v in ruling.carrying if isinstance(v.judged, Verdict) and v.judged in ranked]
    if placed and ruling.outcome in ("supported", "refuted"):
        standing = sum(place.stands for place in placed)
        one = f"The one that says so would {'still' if standing else 'no longer'}"
        several = f"Of the {len(placed)} that say so {standing or 'none'} would still"
        yield (
            f"The more claims there are, the more of them luck decides. {one if len(placed) == 1 else several} do so "
            f"when all {placed[0].of} claims of this report are allowed for (Holm)."
        )
