"""The budget for splits: how much of the direct map a result may still turn to 4 KB pages, for good."""

from __future__ import annotations

from dataclasses import dataclass

from bench.model.run import Run
from workloads.instruments import directmap
from workloads.spec import Workload

SPLIT_BYTES = 2 << 20
"""What one split of level 2 turns to 4 KB pages."""
COUNTER = "direct_map_level2_splits"


@dataclass(frozen=True, slots=True)
class Budget:
    """What a result may split in all, and what the machine's counter stood at when nothing of it was spent."""

    bytes: int
    counter_at_start: int | None

    def left_bytes(self) -> int:
        """Return what may still be split, by the machine's own counter; 0 where it does not count."""
        now = directmap.read().level2_splits
        if now is None or self.counter_at_start is None:
            return 0
        return max(0, self.bytes - (now - self.counter_at_start) * SPLIT_BYTES)


def open_budget(allowed_bytes: int | None, runs: tuple[Run, ...]) -> Budget:
    """Return the budget of a result of which some runs were made: what was split meanwhile is spent."""
    now = directmap.read().level2_splits
    spent = sum(change for run in runs if (change := splits(run)) is not None)
    return Budget(allowed_bytes or 0, None if now is None else now - spent)


def splits(run: Run) -> int | None:
    """Return how many 2 MB pages of the direct map became 4 KB pages during a run, None where it is not counted."""
    before, after = run.before.get(COUNTER), run.after.get(COUNTER)
    return None if before is None or after is None else after - before


def is_budgeted(workload: Workload) -> bool:
    """Tell whether a workload splits as much as its budget allows."""
    return any(factor.applied_by == "budget" for factor in workload.factors)
