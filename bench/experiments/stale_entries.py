"""Does the kernel still read a page that became secret, through an entry that a TLB has kept?"""

from __future__ import annotations

from bench.experiments.removal import SOURCE, proof
from bench.experiments.wish import Wish
from bench.model.experiment import Experiment
from workloads.spec import Condition

OTHER, FLUSHED, OWN = (
    Condition.of("stale_entry", keeper=keeper, between=between)
    for keeper, between in (("other", "nothing"), ("other", "flush"), ("own", "nothing"))
)
READ, LEAST = "The kernel's read of a page that another process made secret", 1_000
BEFORE = f"{READ} is refused, too, where it read the page before, for the same reader on the same CPU."
UNASKED = f"{READ} is refused where no such read was asked for before."
FORGOTTEN = f"{READ} is refused where the CPU was made to forget all that the reader's address space had cached."
MINE = "The kernel's read of a page that the reader itself made secret is refused."
FREE = "While nobody has the pages, the kernel can read every one."
PROOFS = (
    proof("other-space", BEFORE, "refused_seen", (OTHER,), LEAST, SOURCE),
    proof("unseen", UNASKED, "refused_unseen", (OTHER,), 1),
    proof("flushed", FORGOTTEN, "refused_seen", (FLUSHED,), LEAST),
    proof("own-space", MINE, "refused_seen", (OWN,), LEAST),
    proof("readable-free", FREE, "readable_free", (OTHER, FLUSHED, OWN), LEAST),
)


def design(wish: Wish) -> Experiment:
    """Return the experiment; it needs BPF, and says so where that is not to be had."""
    return Experiment(
        name="stale_entries",
        question="Does the kernel still read a page that became secret, through an entry that a TLB has kept?",
        profile=wish.profile,
        claims=(),
        conditions=(OTHER, FLUSHED, OWN),
        blocks=10 if wish.profile == "quick" else 30,
        proofs=PROOFS,
    )
