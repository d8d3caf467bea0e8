"""Does the kernel offer to hibernate while a secret area is active?"""

from __future__ import annotations

from bench.experiments.page_cost import LWN
from bench.experiments.wish import Wish
from bench.model.claim import Proof
from bench.model.experiment import Experiment
from workloads.spec import Condition

LOOK = Condition.of("hibernation")
BLOCKS, LEAST = 10, 40
SOURCE = f"{LWN}: hibernation is disabled whenever a secret area is active"


def design(wish: Wish) -> Experiment:
    """Return the experiment; it looks at what /sys/power says and never writes there."""
    return Experiment(
        name="hibernation",
        question="Does the kernel offer to hibernate while a secret area is active?",
        profile=wish.profile,
        claims=(),
        conditions=(LOOK,),
        blocks=BLOCKS,
        proofs=(
            proof("before", "Hibernation is offered before there is a secret area.", "offered_before", 1),
            proof(
                "with-descriptor",
                "It is not offered while somebody has a descriptor of secret memory, even without a page in it.",
                "offered_with_descriptor",
                0,
                SOURCE,
            ),
            proof("with-page", "It is not offered while there is a secret page.", "offered_with_page", 0, SOURCE),
            proof(
                "with-mapping",
                "It is not offered while a secret page is mapped whose descriptor is closed.",
                "offered_with_mapping",
                0,
                SOURCE,
            ),
            proof("after", "It is offered again when the area is given up.", "offered_after", 1),
        ),
    )


def proof(name: str, text: str, metric: str, expected: int, source: str = "") -> Proof:
    """Return the proof that every look found the same."""
    return Proof(name=name, text=text, metric=metric, conditions=(LOOK,), expected=expected, least=LEAST, source=source)
