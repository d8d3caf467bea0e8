"""The state of the host that a condition needs: set for its trial alone, and put back at the trial's end."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from bench.error import LabError
from bench.host import ballast
from bench.host.cgroup import nursery
from bench.host.setting import GROUP_PREFIX, GroupSetting, absent, huge_page_pool
from bench.host.tuning import Tuning
from workloads import memory_neighbour
from workloads.memory import Backing
from workloads.spec import Condition, Unsupported

GROUP_VARIABLE = "LAB_MEMORY_GROUP"
POOLED = (Backing.HUGETLB_2M, Backing.HUGETLB_1G)


@contextlib.contextmanager
def state(condition: Condition) -> Iterator[Unsupported | None]:
    """Bring the host into a condition's state; yields why it cannot be, and always puts back what it found.

    Raises LabError where something could not be put back.
    """
    if not needs(condition):
        yield None
        return
    with Tuning() as tuning, told_of(condition):
        yield prepare(tuning, condition)
    stuck = [note for note in tuning.notes if note.slug == "setting-stuck"]
    if stuck:
        # The machine is not what it was: no later trial would measure what its plan says.
        raise LabError(stuck[0].slug, "a setting could not be put back", stuck[0].text, stuck[0].remedy)


def needs(condition: Condition) -> bool:
    """Tell whether a condition needs anything of the host at all."""
    if condition.workload == memory_neighbour.WORKLOAD.name:
        return True
    return condition.get("online_cpus") is not None or condition.get("backing") in POOLED


def prepare(tuning: Tuning, condition: Condition) -> Unsupported | None:
    """Take CPUs offline, and fill the pool that hugetlb pages come from, as far as the condition asks for it."""
    if condition.workload == memory_neighbour.WORKLOAD.name:
        return make_scarce(tuning, condition)
    count, backing, pages = (condition.get(name) for name in ("online_cpus", "backing", "pages"))
    if isinstance(count, int):
        left = tuning.limit_online_cpus(count)
        if isinstance(left, Unsupported):
            return left
    if backing in POOLED and isinstance(pages, int):
        return tuning.reserve_huge_pages(Backing(str(backing)).page_bytes, pages)
    return None


def group() -> GroupSetting | None:
    """Return the memory group of this process's runs, None where none can be made."""
    folder = nursery()
    return GroupSetting("memory group", folder / f"{GROUP_PREFIX}{os.getpid()}") if folder else None


@contextlib.contextmanager
def told_of(condition: Condition) -> Iterator[None]:
    """Tell the program of its memory group, by its environment."""
    own = group() if condition.get("question") == "page_cache" else None
    if own:
        os.environ[GROUP_VARIABLE] = str(own.path)
    try:
        yield
    finally:
        os.environ.pop(GROUP_VARIABLE, None)


def make_scarce(tuning: Tuning, condition: Condition) -> Unsupported | None:
    """Make the memory group for the page cache; else take the free blocks of 2 MB that are not the run's.

    The pool of huge pages is in the ledger whatever is taken, for the program raises it, too.
    """
    if condition.get("question") == "page_cache":
        own = group()
        why = Unsupported("cgroup-absent", "no memory group can be made here", "run on the host, with a memory cgroup")
        return tuning.change(own, "present") if own else why
    pool = huge_page_pool(Backing.HUGETLB_2M.page_bytes)
    if not pool.read():
        return absent(pool)
    if condition.get("question") == "hugetlb":
        return tuning.change(pool, str(int(pool.read()) + 1))
    region, held = (int(memory_neighbour.WORKLOAD.value(condition, name)) for name in ("region", "held"))
    return ballast.take(tuning, pool, region, held + memory_neighbour.SPARE_BYTES)
