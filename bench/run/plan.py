"""The plan: which trials are made, in which order, and what they will take from the machine."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bench.model.experiment import Experiment
from bench.model.run import Trial
from bench.run.arrangement import arranged
from workloads.catalog import find
from workloads.spec import Condition, Footprint

TRIAL_SECONDS = 0.03
"""Start of the program, its clock calibration and its two canaries; measured by benchmarks/harness.py."""
SECONDS_PER_GIB = 1.5
SECONDS_PER_SECRET_GIB = 12.0
SECONDS_PER_PLUG_GIB = 3.0
"""Preparing, touching and releasing; generous, because a plan that ends early disappoints nobody."""
PAGE_BYTES = 4096
HUGE_PAGE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan takes: seconds of measuring, peak bytes, and how much direct map it may split to 4 KB for good.

    `split_bytes` is the natural course, in which the allocator packs secret pages into 2 MB blocks; `split_worst_bytes`
    is the bound: every page of the peak in a 2 MB block of its own.
    """

    trials: int
    seconds: float
    memory_bytes: int
    secret_bytes: int
    split_bytes: int
    split_worst_bytes: int


def make_plan(experiment: Experiment, seed: int) -> tuple[Trial, ...]:
    """Return all trials: every condition once a block, in an order drawn anew for each block from the seed.

    Conditions that one start of a program can make stand together: the order of these timelines is drawn, and the order
    of the windows in each of them.
    """
    ordered = [
        (block, condition)
        for block in range(experiment.blocks)
        for condition in shuffled(experiment.conditions, f"{seed}/{experiment.name}/{block}")
    ]
    return tuple(Trial(index=i, block=block, condition=c) for i, (block, c) in enumerate(ordered))


def shuffled(conditions: tuple[Condition, ...], seed: str) -> tuple[Condition, ...]:
    """Return the conditions in the random order that belongs to a seed; a string seed is the same on every machine."""
    drawn = random.Random(seed)
    timelines = [list(windows) for windows in arranged(conditions)]
    drawn.shuffle(timelines)
    for windows in timelines:
        drawn.shuffle(windows)
    return tuple(condition for windows in timelines for condition in windows)


def footprint(condition: Condition) -> Footprint:
    """Return what one run of a condition takes."""
    return find(condition.workload).footprint(condition)


def estimate(experiment: Experiment) -> Estimate:
    """Return what an experiment will take; seconds are an upper guess, bytes are what the programs will ask for."""
    prints = [footprint(condition) for condition in experiment.conditions]
    secret = max((p.secret_bytes for p in prints), default=0)
    # Only fresh memory adds up over the blocks: freed secret pages are handed out again, already split.
    fresh = sum(p.fresh_secret_bytes for p in prints) * experiment.blocks
    natural = whole_blocks(secret) + sum(whole_blocks(p.fresh_secret_bytes) for p in prints) * experiment.blocks
    bound = experiment.split_budget_bytes
    worst = (secret + fresh) // PAGE_BYTES * HUGE_PAGE_BYTES
    return Estimate(
        trials=len(prints) * experiment.blocks,
        seconds=experiment.blocks * sum(map(start_seconds, arranged(experiment.conditions))),
        memory_bytes=max((p.memory_bytes for p in prints), default=0),
        secret_bytes=secret,
        split_bytes=natural if bound is None else min(natural, bound),
        split_worst_bytes=worst if bound is None else min(worst, bound),
    )


def start_seconds(conditions: tuple[Condition, ...]) -> float:
    """Return a generous guess of the time one start of a program takes, with all the conditions that it makes.

    Their windows follow each other, their memory is prepared once.
    """
    prints = [footprint(condition) for condition in conditions]
    return TRIAL_SECONDS + max(map(touching_seconds, prints)) + sum(taken.seconds for taken in prints)


def touching_seconds(taken: Footprint) -> float:
    """Return a guess of the time that memory takes; for fresh memory a plug of secret pages is touched first."""
    gib = 1024**3
    plug_bytes = taken.memory_bytes if taken.fresh_secret_bytes else 0
    touching_s = taken.secret_bytes * SECONDS_PER_SECRET_GIB + plug_bytes * SECONDS_PER_PLUG_GIB
    return (taken.memory_bytes * SECONDS_PER_GIB + touching_s) / gib


def whole_blocks(secret_bytes: int) -> int:
    """Return bytes rounded up to whole 2 MB blocks, the unit in which the page allocator changes a block's kind."""
    return -(-secret_bytes // HUGE_PAGE_BYTES) * HUGE_PAGE_BYTES
