"""The claims and proofs of all results in a report, as they were fixed before the runs, and what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analysis.plots.duration import interval_text, ratio_text
from analysis.proof import Finding
from analysis.report.block import Part, Table, Text, Told, Value
from analysis.verdict import Verdict

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
CLAIMED = "Each sentence, with the effect that it takes to believe it, was written down before anything was measured."
PROVEN = (
    "These sentences, too, were written down before. Each is about every single reading, of a page for instance, and "
    "one that speaks against it refutes it."
)


def parts(studies: Sequence[Study]) -> Iterator[Part]:
    """Yield the parts of the claims and of the proofs; none where there is none."""
    claims = tuple(claim(verdict) for study in studies for verdict in study.verdicts)
    if claims:
        header = ("Outcome", "Claim", "Ratio", "95 % interval", "Blocks")
        table = Table(header, claims, frozenset({2, 3, 4}), "claims")
        yield Part("claims", "What was claimed before the run, and what came out", (Text(CLAIMED), table))
    proofs = tuple(proof(finding) for study in studies for finding in study.findings)
    if proofs:
        header = ("Outcome", "Sentence", "Readings", "Contrary", "Runs")
        table = Table(header, proofs, frozenset({2, 3, 4}), "claims")
        yield Part("proofs", "Proofs: what has to hold every single time", (Text(PROVEN), table))


def claim(verdict: Verdict) -> tuple[Value, ...]:
    """Return a claim's row."""
    claim, ratio = verdict.claim, verdict.ratio
    source = f". Source: {claim.source}" if claim.source else ""
    told = "; ".join((f"{claim.metric}, {claim.statistic}", PLAIN_OUTCOMES[verdict.outcome], *verdict.reasons))
    figures = ("-", "-", "0")
    if ratio:
        figures = (ratio_text(ratio.value), interval_text(ratio.low, ratio.high), str(ratio.blocks))
    return (Told("", outcome=verdict.outcome), Told(claim.text, told + source), *figures)


def proof(finding: Finding) -> tuple[Value, ...]:
    """Return a proof's row."""
    proof = finding.proof
    source = f". Claimed by: {proof.source}" if proof.source else ""
    asked = f"{proof.metric}, at least {proof.least:,} readings"
    told = "; ".join((asked, PROOF_OUTCOMES[finding.outcome], *finding.reasons))
    counts = (f"{finding.readings:,}", f"{finding.contrary:,}", str(finding.runs))
    return (Told("", outcome=finding.outcome), Told(proof.text, told + source), *counts)
