"""A question that several results answer: one claim of one experiment, put alike."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.cells import NS
from bench.model.claim import Claim
from workloads.catalog import units
from workloads.spec import Condition

Side = tuple[Condition, str]
"""A condition and a metric."""


@dataclass(frozen=True, slots=True)
class Question:
    """A claim without its words: two results that mean something else by one name are two questions."""

    experiment: str
    claim: Claim

    @property
    def name(self) -> str:
        """Return it as experiment and claim."""
        return f"{self.experiment} {self.claim.name}"

    @property
    def sides(self) -> tuple[Side, ...]:
        """Return baseline and treatment, and where the claim has a control those two again with its metrics."""
        claim = self.claim
        compared = ((claim.baseline, claim.baseline_metric or claim.metric), (claim.treatment, claim.metric))
        return (*compared, *zip((claim.baseline, claim.treatment), claim.control or (), strict=False))

    @property
    def scales(self) -> tuple[float, ...]:
        """Return what each side's readings are multiplied by to be in ns; counts stay as they are."""
        return tuple(float(NS.get(units(c.workload).get(metric, "ns"), 1.0)) for c, metric in self.sides)


def question(experiment: str, claim: Claim) -> Question:
    """Return the question that a claim asks; its words, its source and its confidence are no part of it."""
    return Question(experiment, claim.model_copy(update={"text": "", "source": "", "confidence": 0.95}))
