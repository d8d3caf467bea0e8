"""Consistency: whether what a result's files say holds together; what cannot be believed is refused or noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from bench.error import LabError
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from bench.model.manifest import Manifest, Seal
from bench.model.note import Note
from bench.model.profile import Profile
from bench.model.run import Run
from bench.run.plan import make_plan
from workloads.catalog import CATALOG
from workloads.spec import Condition

MOST_SAMPLES = 1 << 31
KNOWN = {workload.name: {factor.name: factor.default for factor in workload.factors} for workload in CATALOG}
Runs = tuple[Run, ...]


def refuse(manifest: Manifest, runs: Runs, seal: Seal | None, profile: Profile | None) -> None:
    """Raise LabError where files contradict each other or themselves: readings would be counted twice or amiss."""
    refuse_plan(manifest.experiment)
    refuse_runs(runs, manifest.experiment)
    refuse_stop(runs, manifest.experiment, is_sealed=seal is not None)
    refuse_profile(profile, manifest.experiment)
    readings = sum(run.samples.readings for run in runs if run.samples)
    if seal and (seal.runs, seal.readings) != (len(runs), readings):
        why = f"it was sealed with {seal.runs} runs and {seal.readings} readings, and has {len(runs)} and {readings}"
        raise inconsistent("the result cannot be believed", why)


def refuse_plan(experiment: Experiment) -> None:
    """Raise LabError where a plan names what no workload has, or a claim that no data could decide."""
    claims, proofs = experiment.claims, experiment.proofs
    compared = (condition for claim in claims for condition in (claim.baseline, claim.treatment))
    proven = (condition for proof in proofs for condition in proof.conditions)
    for condition in dict.fromkeys((*experiment.conditions, *compared, *proven)):
        if condition.workload not in KNOWN:
            why = f"this version has no workload {condition.workload!r}"
            raise inconsistent("the plan cannot be read", why, "update the lab, if it was measured by a newer one")
        for name in malformed(condition):
            why = f"{condition.label()}: {name} is not what it has to be"
            raise inconsistent("the plan cannot be believed", why)
    for claim in claims:
        if not (claim.smallest_effect >= 0 and 0 < claim.confidence < 1):
            raise inconsistent("the plan cannot be believed", f"claim {claim.name}: {sense(claim)}")


def malformed(condition: Condition) -> Iterator[str]:
    """Yield the factors that should be numbers and are none, and those whose words are no words."""
    defaults = KNOWN[condition.workload]
    for name, value in condition.factors:
        if isinstance(value, str) and (isinstance(defaults.get(name), int) or not value.isprintable()):
            yield name


def sense(claim: Claim) -> str:
    """Return what of a claim makes no sense."""
    return f"an effect of {claim.smallest_effect:g} at a confidence of {claim.confidence:g} is none to decide about"


def refuse_runs(runs: Runs, experiment: Experiment) -> None:
    """Raise LabError where a run contradicts the plan or itself, or is there twice."""
    times = Counter(run.trial.index for run in runs)
    planned = set(experiment.conditions)
    for run in runs:
        series = run.samples.series if run.samples else ()
        wrong = {
            "it is there twice": times[run.trial.index] > 1,
            "the plan has no such condition": run.trial.condition not in planned,
            "it is ok and has no samples, or not ok and has some": (run.status == "ok") != bool(run.samples),
            "its readings do not add up": any(s.count < 0 for s in series)
            or sum(s.count for s in series) != (run.samples.readings if run.samples else 0),
        }
        refuse_first(f"run {run.trial.index} cannot be believed", wrong)


def refuse_stop(runs: Runs, experiment: Experiment, *, is_sealed: bool) -> None:
    """Raise LabError where a stopping rule contradicts the plan, or a result ended at another moment than it allows."""
    rule = experiment.until
    if rule is None:
        return
    made = 1 + max((run.trial.block for run in runs), default=-1)
    wrong = {
        "its looks are not ascending, or do not end with the last block": rule.looks != tuple(sorted(set(rule.looks)))
        or rule.looks[-1:] != (experiment.blocks,),
        "its width is none": not 0 < rule.half_width < 1,
        f"the result ended after {made} blocks, where nobody was to look": is_sealed and made not in rule.looks,
    }
    refuse_first("the stopping rule cannot be believed", wrong)


def refuse_profile(profile: Profile | None, experiment: Experiment) -> None:
    """Raise LabError where a profile contradicts the plan or itself."""
    sampled = profile.conditions if profile else ()
    counts = [(each.processes, row) for each in sampled for row in (each.elsewhere, *(s.counts for s in each.stacks))]
    wrong = {
        "it has a condition that the plan has not, or one twice": len({s.condition for s in sampled}) < len(sampled)
        or not {s.condition for s in sampled} <= set(experiment.conditions),
        "it has not one count for every process": any(len(row) != processes for processes, row in counts),
        "a count is out of range": any(not 0 <= count < MOST_SAMPLES for _, row in counts for count in row),
    }
    refuse_first("the profile cannot be believed", wrong)


def refuse_first(what: str, wrong: dict[str, bool]) -> None:
    """Raise LabError for the first of some reasons that holds."""
    for why in (text for text, holds in wrong.items() if holds):
        raise inconsistent(what, why)


def inconsistent(what: str, why: str, remedy: str = "") -> LabError:
    """Return the error for files that contradict each other."""
    return LabError("result-inconsistent", what, why, remedy)


def strange(manifest: Manifest, runs: Runs) -> tuple[Note, ...]:
    """Return a note where runs are not those that the seed draws, and where a block lacks some of its runs."""
    return (*put_together(manifest, runs), *incomplete(manifest.experiment, runs))


def put_together(manifest: Manifest, runs: Runs) -> Iterable[Note]:
    """Yield a note where runs stand at places that the plan does not give them, as in results that were pooled."""
    last = max((run.trial.block for run in runs), default=-1)
    drawn = manifest.experiment.model_copy(update={"blocks": last + 1}) if 0 <= last < len(runs) else None
    plan = make_plan(drawn, manifest.seed) if drawn else ()
    places = {trial.index: trial for trial in plan}
    amiss = sum(places.get(run.trial.index) != run.trial for run in runs)
    if amiss:
        yield Note(
            slug="plan-differs",
            text=f"{amiss} of {len(runs)} runs are not where the plan's seed has them: were they put together by hand? "
            "Runs of several machines, kernels or days are no blocks.",
            remedy="compare whole results with ./lab compare",
        )


def incomplete(experiment: Experiment, runs: Runs) -> Iterable[Note]:
    """Yield a note where blocks before the last one lack runs that were planned."""
    made = Counter(run.trial.block for run in runs)
    lacking = sum(made[block] < len(experiment.conditions) for block in made if block < max(made))
    if lacking:
        yield Note(
            slug="blocks-incomplete",
            text=f"{lacking} of {len(made)} blocks lack some of their runs; a comparison rests on the blocks that have "
            "both of its sides.",
        )
