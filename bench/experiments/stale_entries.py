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
LEAST = 1_000


def design(wish: Wish) -> Experiment:
    """Return the experiment; it needs BPF, and says so where that is not to be had."""
    return Experiment(
        name="stale_entries",
        question="Does the kernel still read a page that became secret, through an entry that a TLB has kept?",
        profile=wish.profile,
        claims=(),
        conditions=(OTHER, FLUSHED, OWN),
        blocks=10 if wish.profile == "quick" else 30,
        proofs=(
            proof(
                "other-space",
                "The kernel's read of a page that another process made secret is refused, too, on the CPU and on "
                "behalf of a process for which it read the page before.",
                "refused_seen",
                (OTHER,),
                LEAST,
                SOURCE,
            ),
            proof(
                "unseen", "So is that of a page that this program had not had it read before.", "refused_unseen", (OTHER,), 1
            ),
            proof(
                "flushed",
                "It is refused where that process had the CPU forget all that its address space had cached.",
                "refused_seen",
                (FLUSHED,),
                LEAST,
            ),
            proof(
                "own-space",
                "It is refused where the process itself made the page secret.",
                "refused_seen",
                (OWN,),
                LEAST,
            ),
            proof(
                "readable-free",
                "Before, while nobody had the pages, the kernel could read every one.",
                "readable_free",
                (OTHER, FLUSHED, OWN),
                LEAST,
            ),
        ),
    )
