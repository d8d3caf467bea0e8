"""Proofs: whether every single reading is what it has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.load import Result, readings
from bench.model.claim import Proof


@dataclass(frozen=True, slots=True)
class Finding:
    """A proof's outcome: of how many readings in how many runs, and how many of them speak against it."""

    proof: Proof
    outcome: Literal["supported", "refuted", "undecided", "not run"]
    readings: int
    contrary: int
    runs: int
    reasons: tuple[str, ...]


def examine(result: Result) -> tuple[Finding, ...]:
    """Return what came of each proof of a result."""
    proofs = result.manifest.experiment.proofs
    counted = {proof.name: [0, 0, 0] for proof in proofs}
    for run, by_metric in readings(result) if proofs else ():
        for proof in proofs:
            values = by_metric.get(proof.metric)
            if values is not None and run.trial.condition in proof.conditions:
                found = counted[proof.name]
                found[0] += len(values)
                found[1] += int((values != proof.expected).sum())
                found[2] += 1
    return tuple(conclude(result, proof, *counted[proof.name]) for proof in proofs)


def conclude(result: Result, proof: Proof, count: int, contrary: int, runs: int) -> Finding:
    """Return the outcome that the counts amount to; one contrary reading refutes."""
    if not count:
        notes = (n.text for r in result.runs if r.trial.condition in proof.conditions for n in r.notes)
        return Finding(proof, "not run", 0, 0, 0, tuple(dict.fromkeys(notes)) or ("no run of it was made yet",))
    if contrary:
        return Finding(proof, "refuted", count, contrary, runs, (f"{contrary} of {count} readings speak against it",))
    if count < proof.least:
        why = f"{count} readings, fewer than the {proof.least} agreed on"
        return Finding(proof, "undecided", count, 0, runs, (why,))
    return Finding(proof, "supported", count, 0, runs, ())
