"""A ruling: what the verdicts on claims amount to for a fear, by a rule that is the same for all fears.

Each claim that answers a fear has a vote: its outcome, turned round where it speaks against the fear. A fear that is
right where *any* claim says so is supported by one supported vote and refuted only where every vote is refuted; one
that is right only where *all* do is the mirror image. Whatever else there is leaves it undecided: a claim that was not
run may have said either (Kleene's three-valued "or" and "and", 1938). Where no vote was cast it is not run.

Wrong where many claims answer an "any" fear and none has an effect: by chance alone each is supported now and then, so
the ruling always tells how many of how many claims carry it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from analysis.fear.fear import Evidence, Fear, Rule
from analysis.proof import Finding
from analysis.report.study import Study
from analysis.verdict import Outcome, Verdict

Judged = Verdict | Finding
TURNED: dict[Outcome, Outcome] = {
    "supported": "refuted",
    "refuted": "supported",
    "undecided": "undecided",
    "not run": "not run",
}


@dataclass(frozen=True, slots=True)
class Vote:
    """A judged claim or proof of a study, and what its outcome says of the fear."""

    study: Study
    judged: Judged
    outcome: Outcome
    decides: bool

    @property
    def name(self) -> str:
        """Return the name of the claim or proof."""
        return self.judged.claim.name if isinstance(self.judged, Verdict) else self.judged.proof.name

    @property
    def text(self) -> str:
        """Return its sentence."""
        return self.judged.claim.text if isinstance(self.judged, Verdict) else self.judged.proof.text


@dataclass(frozen=True, slots=True)
class Ruling:
    """A fear's outcome with the votes that it rests on, those that only stand beside, and why, where it was not run."""

    fear: Fear
    outcome: Outcome
    votes: tuple[Vote, ...]
    beside: tuple[Vote, ...]
    reasons: tuple[str, ...]

    @property
    def carrying(self) -> tuple[Vote, ...]:
        """Return the votes that say what the ruling says."""
        return tuple(vote for vote in self.votes if vote.outcome == self.outcome)


def rule(fear: Fear, studies: Sequence[Study]) -> Ruling:
    """Return the ruling on a fear by what some studies found; of one experiment there is to be one study at most."""
    votes = [vote for evidence in fear.evidence for study in studies for vote in cast(evidence, study)]
    deciding = tuple(vote for vote in votes if vote.decides)
    outcome = combine(fear.rule, [vote.outcome for vote in deciding])
    beside = tuple(vote for vote in votes if not vote.decides)
    return Ruling(fear, outcome, deciding, beside, reasons(fear, deciding) if outcome == "not run" else ())


def cast(evidence: Evidence, study: Study) -> list[Vote]:
    """Return the votes of a study's claims and proofs that the evidence names."""
    if not fnmatchcase(study.result.manifest.experiment.name, evidence.experiment):
        return []
    named: list[tuple[str, Judged]] = [
        *((verdict.claim.name, verdict) for verdict in study.verdicts),
        *((finding.proof.name, finding) for finding in study.findings),
    ]
    return [
        Vote(study, judged, judged.outcome if evidence.sense == "for" else TURNED[judged.outcome], evidence.decides)
        for name, judged in named
        if fnmatchcase(name, evidence.names)
    ]


def combine(how: Rule, outcomes: Collection[Outcome]) -> Outcome:
    """Return what votes amount to; see above."""
    enough: Outcome = "supported" if how == "any" else "refuted"
    if enough in outcomes:
        return enough
    if all(outcome == "not run" for outcome in outcomes):
        return "not run"
    return TURNED[enough] if all(outcome == TURNED[enough] for outcome in outcomes) else "undecided"


def reasons(fear: Fear, votes: Sequence[Vote]) -> tuple[str, ...]:
    """Return why there is no ruling: what the claims say, else why there are none."""
    told = tuple(dict.fromkeys(reason for vote in votes for reason in vote.judged.reasons))
    asked = " or ".join(dict.fromkeys(each.experiment.rstrip("*") for each in fear.evidence if each.decides))
    return told or (fear.lacking or f"no result of {asked} is here",)
