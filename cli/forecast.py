"""Forecasts: what a run would do and take, in words, before it begins."""

from __future__ import annotations

from bench.model.experiment import Experiment
from bench.run.plan import Estimate
from bench.run.profile import PROCESSES, explained, seconds
from workloads.instruments.perf import obstacle

MIB = 1 << 20


def profile_text(experiment: Experiment) -> str:
    """Return what the profile pass will do, or that it cannot; "" where the experiment has nothing to explain."""
    conditions = explained(experiment)
    if conditions and (lacking := obstacle()):
        return f"where the kernel's time goes cannot be sampled: {lacking.reason} [{lacking.slug}]"
    processes = f"{len(conditions)} conditions in {PROCESSES} processes each"
    after = f"after the runs, {processes} are sampled for where the kernel's time goes"
    return f"{after}: about {seconds(experiment):.0f} s more" if conditions else ""


def budget_text(experiment: Experiment) -> str:
    """Return the line about what is split on purpose, "" where nothing is."""
    if experiment.split_budget_bytes is None:
        return ""
    size = experiment.split_budget_bytes / MIB
    return (
        f"  splits on purpose, within --split-budget: at most {size:.0f} MiB of the direct map to 4 KB for good; "
        "what was split before costs nothing\n"
    )


def until_text(experiment: Experiment, until: float | None) -> str:
    """Return the line about when it may end, "" where its number of blocks is fixed."""
    rule = experiment.until
    if rule is None:
        return f"  without claims, so that --until leaves it {experiment.blocks} blocks" if until else ""
    looks = ", ".join(map(str, rule.looks))
    return f"  ends once every claim is known to {100 * rule.half_width:g} %; looks after {looks} blocks"


def plan_text(experiment: Experiment, takes: Estimate, memory_bytes: int) -> str:
    """Return an experiment's plan as lines."""
    claims = "".join(f"\n  claim {claim.name}: {claim.text}" for claim in experiment.claims)
    proofs = "".join(f"\n  proof {proof.name}: {proof.text}" for proof in experiment.proofs)
    return (
        f"{experiment.name} ({experiment.profile}): {experiment.question}\n"
        f"  {len(experiment.conditions)} conditions in {experiment.blocks} blocks: {takes.trials} runs, "
        f"about {takes.seconds:.0f} s of measuring\n"
        f"{budget_text(experiment)}"
        f"  at most {takes.memory_bytes / MIB:.0f} MiB of memory at a time, {takes.secret_bytes / MIB:.1f} MiB secret\n"
        f"  splits up to about {takes.split_bytes / MIB:.0f} MiB of the direct map to 4 KB pages for good "
        f"(at the very worst {min(takes.split_worst_bytes, memory_bytes) / MIB:.0f} MiB){claims}{proofs}"
    )
