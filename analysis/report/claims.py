"""The claims and proofs of all results in a report, as they were fixed before the runs, and what came out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis.compare import Ratio
from analysis.family import Place, places
from analysis.plots.duration import count_text, effect_text
from analysis.proof import Finding
from analysis.report.block import Part, Table, Text, Told, Value
from analysis.report.steady import bracket, chance, twice
from analysis.steady.steadiness import Steadiness, Steady
from workloads.spec import Condition

if TYPE_CHECKING:
    from analysis.report.study import Study

PLAIN_OUTCOMES = {
    "supported": "the data speak for it",
    "refuted": "the data speak against it",
    "undecided": "the data leave it open",
    "not run": "it could not be measured",
}
PROOF_OUTCOMES = {
    "supported": "nothing speaks against it",
    "refuted": "readings speak against it",
    "undecided": "there are too few readings",
    "not run": "it could not be looked at",
}
HEADER = ("Outcome", "Claim", "Ratio", "Among all claims", "Different, or alike", "Could be seen", "Blocks")
CLAIMED = (
    "Each sentence, with the effect that it takes to believe it, was written down before anything was measured. Its "
    "verdict is by its own interval alone."
)
READ = (
    "Among all claims: the more sentences are judged, the more of them luck decides. This p is how easily luck alone "
    "would decide this sentence, allowing for all that were measured (Holm); below 0.05 the verdict stands among them, "
    "too. Different, or alike: whether any difference from none is beyond luck, and whether it is surely too small to "
    "matter; both can be open. Could be seen: the smallest true effect that four such results of five would have told "
    "from none. A result of few blocks has a wide interval and says so."
)
RAN = "The runs that each sentence rests on, by their number in the plan of its result."
PROVEN = (
    "These sentences, too, were written down before. Each is about every single reading, of a page for instance, and "
    "one that speaks against it refutes it."
)


def parts(studies: Sequence[Study], steady: Sequence[Steadiness] = ()) -> Iterator[Part]:
    """Yield the parts of the claims and of the proofs; none where there is none.

    Without their steadiness, claims are shown without what that says.
    """
    held = [found.claims for found in steady] or [tuple(map(Steady, study.verdicts)) for study in studies]
    pairs = [(study, each) for study, found in zip(studies, held, strict=True) for each in found]
    if pairs:
        ranked = places(each.verdict for _, each in pairs)
        several = len({study.result.manifest.machine for study in studies}) > 1
        rows = tuple(claim(each, ranked.get(each.verdict), whose(study, several=several)) for study, each in pairs)
        table = Table(HEADER, rows, frozenset(range(2, 7)), "claims")
        claims = ((study, each.verdict.claim) for study, each in pairs)
        listed = which((study, of.name, (of.baseline, of.treatment)) for study, of in claims)
        blocks = (Text(CLAIMED), Text(READ, "origin"), table, listed)
        yield Part("claims", "What was claimed before the run, and what came out", blocks)
    proofs = [(study, finding) for study in studies for finding in study.findings]
    if proofs:
        header = ("Outcome", "Sentence", "Readings", "Contrary", "Runs")
        table = Table(header, tuple(proof(finding) for _, finding in proofs), frozenset({2, 3, 4}), "claims")
        listed = which((study, of.proof.name, of.proof.conditions) for study, of in proofs)
        yield Part("proofs", "Proofs: what has to hold every single time", (Text(PROVEN), table, listed))


def whose(study: Study, *, several: bool) -> str:
    """Return which result a claim is of, and of which machine where there are several."""
    manifest = study.result.manifest
    return f"{manifest.experiment.name} on {manifest.machine}" if several else manifest.experiment.name


def claim(each: Steady, place: Place | None, of: str) -> tuple[Value, ...]:
    """Return a claim's row."""
    verdict = each.verdict
    claim, ratio = verdict.claim, verdict.ratio
    source = f". Source: {claim.source}" if claim.source else ""
    doubts = doubted(each, place)
    what = f"{of}: {claim.metric}, {claim.statistic}"
    told = "; ".join((what, PLAIN_OUTCOMES[verdict.outcome], *verdict.reasons, *doubts))
    figures = told_figures(ratio, place, claim.smallest_effect) if ratio and place else ("-", "-", "-", "-", "0")
    return (Told("", outcome=verdict.outcome), Told(claim.text, told + source), *figures)


def doubted(each: Steady, place: Place | None) -> Iterator[str]:
    """Yield what makes a verdict less sure than its own interval says."""
    if place and not place.stands:
        yield f"it does not stand when all {place.of} claims of this report are allowed for"
    if each.marked:
        yield f"not quite steady: {twice(each)}"


def told_figures(ratio: Ratio, place: Place, least: float) -> tuple[Value, ...]:
    """Return the figures of a claim's row."""
    differs = "different" if place.different < 1 - ratio.confidence else "not told apart"
    alike = "alike" if place.alike < (1 - ratio.confidence) / 2 else "not surely alike"
    return (
        bracket(ratio),
        Told(f"p {chance(place.adjusted)}", f"{ordinal(place.rank)} of {place.of}"),
        Told(f"{differs}, p {chance(place.different)}", f"{alike} within {100 * least:.3g} %, p {chance(place.alike)}"),
        seen(ratio),
        str(ratio.blocks),
    )


def seen(ratio: Ratio) -> str:
    """Return the smallest effect that could have been seen."""
    return effect_text(ratio.detectable) if ratio.blocks > 1 else "nothing"


def ordinal(rank: int) -> str:
    """Return a place in words' short form: 1st, 2nd, 11th."""
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def which(sentences: Iterable[tuple[Study, str, Collection[Condition]]]) -> Table:
    """Return the runs that sentences rest on, by the names of the sentences and their conditions."""
    rows = (
        (Told(name, study.folder), spans(study.runs_of(conditions)) or "none") for study, name, conditions in sentences
    )
    return Table(("Name, and result", "Runs"), tuple(rows), frozenset(), "facts", "Which runs", RAN, "closed")


def spans(indices: Sequence[int]) -> str:
    """Return ascending numbers as text, neighbours together: "3-5, 9"."""
    breaks = [0, *(n for n, (a, b) in enumerate(pairwise(indices), 1) if b != a + 1), len(indices)]
    rows = [indices[start:end] for start, end in pairwise(breaks) if end > start]
    return ", ".join(f"{row[0]}-{row[-1]}" if len(row) > 1 else str(row[0]) for row in rows)


def proof(finding: Finding) -> tuple[Value, ...]:
    """Return a proof's row."""
    proof = finding.proof
    source = f". Claimed by: {proof.source}" if proof.source else ""
    asked = f"{proof.metric}, at least {count_text(proof.least, 'reading')}"
    told = "; ".join((asked, PROOF_OUTCOMES[finding.outcome], *finding.reasons))
    counts = (f"{finding.readings:,}", f"{finding.contrary:,}", str(finding.runs))
    return (Told("", outcome=finding.outcome), Told(proof.text, told + source), *counts)
