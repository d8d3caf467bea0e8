"""An experiment: a question with its claims and its design, fixed before the run."""

from __future__ import annotations

from typing import Literal

from bench.model.claim import Claim, Proof
from bench.model.record import Record
from bench.model.stopping import Stopping
from workloads.spec import Condition

Profile = Literal["quick", "full"]


class Experiment(Record):
    """A question; `conditions` are all run once in every one of `blocks` blocks, in an order drawn from the seed.

    `split_budget_bytes` is how much of the direct map a run may turn to 4 KB pages; None where it takes what it needs.
    With `until`, `blocks` are the most.
    """

    name: str
    question: str
    profile: Profile
    claims: tuple[Claim, ...]
    conditions: tuple[Condition, ...]
    blocks: int
    proofs: tuple[Proof, ...] = ()
    split_budget_bytes: int | None = None
    until: Stopping | None = None
