"""A question of one's own: a claim about two conditions of a result, put as those are that were fixed before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.load import Result
from bench.error import LabError
from bench.model.claim import Claim, Relation, Statistic
from workloads.spec import Condition, FactorValue

Factors = Mapping[str, FactorValue]
MOST_NAMED = 4


def claim(
    result: Result,
    text: str,
    *,
    baseline: Factors,
    treatment: Factors,
    smallest_effect: float,
    metric: str = "first_touch",
    statistic: Statistic = "p50",
    relation: Relation = "greater",
) -> Claim:
    """Return a claim about the ratio treatment / baseline, each named by as many factors as tell it from others.

    `smallest_effect` is a fraction. Raises LabError where a condition is not to be found, or is not the only one. A
    claim that was made up after looking at the data is a question for the next run, and no answer.
    """
    return Claim(
        name="question",
        text=text,
        metric=metric,
        statistic=statistic,
        baseline=find(result, baseline),
        treatment=find(result, treatment),
        relation=relation,
        smallest_effect=smallest_effect,
        source="asked after the run",
    )


def find(result: Result, wanted: Factors) -> Condition:
    """Return the condition of a result that has some factors; raises LabError where none has, or several have."""
    planned = result.manifest.experiment.conditions
    found = [each for each in planned if wanted.items() <= dict(each.factors).items()]
    if len(found) == 1:
        return found[0]
    asked = ", ".join(f"{name}={value}" for name, value in wanted.items()) or "nothing"
    if found:
        why, remedy = f"{len(found)} have it", f"say more: {apart(found)}"
    else:
        why, remedy = "none has it", f"there are: {apart(planned)}"
    raise LabError("condition-unclear", f"no single condition of this result has {asked}", why, remedy)


def apart(conditions: Sequence[Condition]) -> str:
    """Return the factors by which conditions are told apart, with some of their values."""
    names = sorted({name for each in conditions for name, _ in each.factors})
    values = {name: list(dict.fromkeys(str(each.get(name)) for each in conditions)) for name in names}
    return "; ".join(
        f"{name} {' or '.join(found[:MOST_NAMED])}{' or ...' if len(found) > MOST_NAMED else ''}"
        for name, found in values.items()
        if len(found) > 1
    )
