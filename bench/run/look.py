"""Looks: the moments at which a run may end early; what is looked for is somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bench.model.experiment import Experiment
from bench.model.run import Run, Trial
from bench.model.stopping import Stopping

FIRST = 8
"""With fewer blocks a spread is hardly known, and an interval may be narrow by luck."""
Enough = Callable[[int], bool]
"""Told how many blocks are whole, before the next one begins; tells whether the run ends there."""


def never(blocks: int) -> bool:
    """Go on to the last block."""
    return False


def limited(experiment: Experiment, half_width: float, most_blocks: int) -> Experiment:
    """Return an experiment that ends when its claims are known so well; one without claims stays as it is."""
    if not experiment.claims:
        return experiment
    rule = Stopping(half_width=half_width, looks=looks(most_blocks))
    return experiment.model_copy(update={"blocks": most_blocks, "until": rule})


def looks(most_blocks: int) -> tuple[int, ...]:
    """Return the looks up to so many blocks: each at twice as many as the one before, so that they are few."""
    found = []
    blocks = FIRST
    while blocks < most_blocks:
        found.append(blocks)
        blocks *= 2
    return (*found, most_blocks)


def until(enough: Enough, starts: Iterable[tuple[Trial, ...]], made: tuple[Run, ...]) -> Iterator[tuple[Trial, ...]]:
    """Yield the trials of each start, in the plan's order, until it is enough; `made` are the runs that came before.

    A block that has a run was begun, so that it was not enough before it.
    """
    block = max((run.trial.block for run in made), default=0)
    for trials in starts:
        if trials[0].block != block and enough(trials[0].block):
            return
        block = trials[0].block
        yield trials


def at_looks(rule: Stopping | None, judge: Callable[[], bool]) -> Enough:
    """Return what asks the judge at the looks of a rule, and at no other time; without a rule never."""
    return never if rule is None else lambda blocks: blocks in rule.looks and judge()
