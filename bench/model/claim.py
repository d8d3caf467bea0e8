"""A claim: a sentence about the world that a run can support or refute, fixed before the run."""

from __future__ import annotations

from typing import Literal

from bench.model.record import Record
from workloads.spec import Condition

Statistic = Literal["mean", "p50", "p90", "p99", "p99.9"]
Relation = Literal["greater", "less", "equivalent"]


class Claim(Record):
    """The ratio `treatment / baseline` of one statistic of one metric, and what it would take to believe the sentence.

    With s = `smallest_effect` (a fraction: 0.1 is 10 %), the sentence holds where the ratio is above 1 + s (greater),
    below 1 / (1 + s) (less), or between the two (equivalent).

    `baseline_metric` is the metric of the baseline where that is another one. `control` names the metrics, of baseline
    and of treatment, that show how far the two differ without what the claim is about: their difference is taken off
    the treatment before the ratio is formed (difference of differences).
    """

    name: str
    text: str
    metric: str
    statistic: Statistic
    baseline: Condition
    treatment: Condition
    relation: Relation
    smallest_effect: float
    confidence: float = 0.95
    source: str = ""
    baseline_metric: str = ""
    control: tuple[str, str] | None = None


class Proof(Record):
    """A sentence that holds where every single reading of a metric is `expected`, whichever the condition.

    So many readings as `least` are to be there.
    """

    name: str
    text: str
    metric: str
    conditions: tuple[Condition, ...]
    expected: int
    least: int
    source: str = ""
