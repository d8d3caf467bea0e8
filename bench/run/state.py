"""The state of the host that a condition needs: set for its trial alone, and put back at the trial's end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from bench.error import LabError
from bench.host.tuning import Tuning
from workloads.memory import Backing
from workloads.spec import Condition, Unsupported

POOLED = (Backing.HUGETLB_2M, Backing.HUGETLB_1G)


@contextlib.contextmanager
def state(condition: Condition) -> Iterator[Unsupported | None]:
    """Bring the host into a condition's state; yields why it cannot be, and always puts back what it found.

    Raises LabError where something could not be put back.
    """
    if not needs(condition):
        yield None
        return
    with Tuning() as tuning:
        yield prepare(tuning, condition)
    stuck = [note for note in tuning.notes if note.slug == "setting-stuck"]
    if stuck:
        # The machine is not what it was: no later trial would measure what its plan says.
        raise LabError(stuck[0].slug, "a setting could not be put back", stuck[0].text, stuck[0].remedy)


def needs(condition: Condition) -> bool:
    """Tell whether a condition needs anything of the host at all."""
    return condition.get("online_cpus") is not None or condition.get("backing") in POOLED


def prepare(tuning: Tuning, condition: Condition) -> Unsupported | None:
    """Take CPUs offline, and fill the pool that hugetlb pages come from, as far as the condition asks for it."""
    count, backing, pages = (condition.get(name) for name in ("online_cpus", "backing", "pages"))
    if isinstance(count, int):
        left = tuning.limit_online_cpus(count)
        if isinstance(left, Unsupported):
            return left
    if backing in POOLED and isinstance(pages, int):
        return tuning.reserve_huge_pages(Backing(str(backing)).page_bytes, pages)
    return None
