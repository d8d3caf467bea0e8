"""The fears in a report: one table of answers first, then a part for each fear that something was measured of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from analysis.fear.catalog import FEARS
from analysis.fear.column import Column
from analysis.fear.fear import Fear, Published
from analysis.fear.meaning import carried, figure, meaning, told
from analysis.fear.ruling import Ruling, Vote
from analysis.plots import forest
from analysis.report.block import Block, Bullets, Heading, Part, Picture, Table, Text, Told
from analysis.report.chapter import anchor
from analysis.verdict import Outcome, Verdict

NOTHING = "No figure was found."
RULES = {
    "any": "It is right where any of these claims says so, and wrong only where all of them speak against it.",
    "all": "It is right only where all of these claims hold, and wrong where one of them fails.",
}
HEADER = ("Says", "Claim", "From", "Figure")
WORDS: dict[Outcome, str] = {"supported": "right", "refuted": "wrong", "undecided": "open", "not run": "not looked at"}


def answers(every: Sequence[Column]) -> Part:
    """Return the first page: a row each fear, answered ones first, with a column each machine and kernel."""
    columns = [column for column in every if any(r.outcome != "not run" for r in column.rulings)] or every[:1]
    here = [f"What {column.title} says" for column in columns] if len(every) > 1 else ["What this machine says"]
    means = "What it means for you"
    unseen = {number for number in range(len(FEARS)) if not measured(number, columns)}
    rows = tuple(row(number, columns) for number in sorted(range(len(FEARS)), key=lambda n: (n in unseen, n)))
    table = Table(("What was feared or said", "What others published", *here, means), rows, kind="fears")
    return Part("answers", "The fears, and what was measured", (*tallies(every), table), "answer")


def tallies(columns: Sequence[Column]) -> Iterator[Block]:
    """Yield how many fears each column found right, wrong, open, and did not look at."""
    for column in columns:
        counted = Counter(ruling.outcome for ruling in column.rulings)
        parts = ", ".join(f"{times} {word}" for outcome, word in WORDS.items() if (times := counted.get(outcome)))
        yield Text(f"Of {len(FEARS)} things that were said of memfd_secret, on {column.title}: {parts}.")


def row(number: int, columns: Sequence[Column]) -> tuple[Told, ...]:
    """Return a fear's row."""
    fear, rulings = FEARS[number], [column.rulings[number] for column in columns]
    return (
        Told(fear.title, fear.said, part=name(fear) if measured(number, columns) else ""),
        Told(" ".join(each.said for each in fear.published) or NOTHING, sources(fear.published)),
        *(Told(figure(ruling), carried(ruling), ruling.outcome) for ruling in rulings),
        Told(" ".join(dict.fromkeys(told_apart(columns, rulings)))),
    )


def measured(number: int, columns: Sequence[Column]) -> bool:
    """Tell whether any column could say something of a fear."""
    return any(column.rulings[number].outcome != "not run" for column in columns)


def told_apart(columns: Sequence[Column], rulings: Sequence[Ruling]) -> Iterator[str]:
    """Yield what each ruling means; where machines differ, whose it is."""
    pairs = list(zip(columns, rulings, strict=True))
    told = [pair for pair in pairs if pair[1].outcome != "not run"]
    for column, ruling in told or pairs[:1]:
        whose = f"{column.title}: " if len(told) > 1 else ""
        yield whose + meaning(ruling)


def sources(published: Sequence[Published]) -> str:
    """Return where things were published."""
    return "; ".join(each.source for each in published)


def name(fear: Fear) -> str:
    """Return the anchor of a fear's part."""
    return f"fear-{fear.id}"


def chapters(columns: Sequence[Column]) -> tuple[Part, ...]:
    """Return a part for each fear that any column could say something of."""
    seen = [number for number in range(len(FEARS)) if measured(number, columns)]
    return tuple(chapter(FEARS[number], [(column, column.rulings[number]) for column in columns]) for number in seen)


def chapter(fear: Fear, found: Sequence[tuple[Column, Ruling]]) -> Part:
    """Return the part of one fear."""
    said = Text(f"{fear.said} Source: {fear.source} {fear.address}".strip())
    published = tuple(f"{each.said} ({each.source} {each.address}".strip() + ")" for each in fear.published)
    before = (Heading("What others published"), Bullets(published)) if published else (Text(NOTHING, "origin"),)
    blocks = (block for column, ruling in found for block in findings(column, ruling))
    return Part(name(fear), f"{fear.title}: {'; '.join(verdicts(found))}", (said, *before, *blocks))


def verdicts(found: Sequence[tuple[Column, Ruling]]) -> list[str]:
    """Return the outcomes of who could say something, each once."""
    return list(dict.fromkeys(ruling.outcome for _, ruling in found if ruling.outcome != "not run"))


def findings(column: Column, ruling: Ruling) -> Iterator[Block]:
    """Yield what one column has to say of a fear: meaning, claims, figure, method and limits."""
    yield Heading(f"What {column.title} says: {ruling.outcome}")
    yield Text(" ".join((meaning(ruling), *(f"Why: {reason}." for reason in ruling.reasons))))
    if not ruling.votes:
        return
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
    yield Bullets(tuple(methods(ruling)))


def line(vote: Vote) -> tuple[Told | str, ...]:
    """Return the row of one claim."""
    manifest = vote.study.result.manifest
    turned = (
        (f"the claim, which speaks against it: {vote.judged.outcome}",) if vote.outcome != vote.judged.outcome else ()
    )
    reasons = "; ".join((*turned, *vote.judged.reasons))
    where = Told(manifest.experiment.name, f"{vote.name}, {manifest.created[:10]}", part=anchor(vote.study))
    return Told("", outcome=vote.outcome), Told(vote.text, reasons), where, told(vote)


def methods(ruling: Ruling) -> Iterator[str]:
    """Yield how the experiments of a ruling were made, and what bounds them."""
    studies = {id(vote.study): vote.study for vote in ruling.votes}
    for study in studies.values():
        manifest = study.result.manifest
        runs = f"{study.made} of {study.planned} runs in {study.blocks} blocks, commit {manifest.commit}"
        disturbed = f"; something else disturbed {len(study.disturbed)} of them" if study.disturbed else ""
        yield f"{manifest.experiment.question} {runs}{disturbed}."
    least = [
        vote.judged.ratio.detectable for vote in ruling.votes if isinstance(vote.judged, Verdict) and vote.judged.ratio
    ]
    if least:
        yield f"The smallest effect that could have been told from none here: {min(least):.1%} to {max(least):.1%}."
    if len(ruling.votes) > 1 and ruling.fear.rule == "any":
        yield "The more claims can carry a fear, the more easily chance carries one: look at how many do."
