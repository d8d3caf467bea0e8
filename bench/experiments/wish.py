"""What the user asked for and the machine offers: all that an experiment's design may depend on."""

from __future__ import annotations

from dataclasses import dataclass

from bench.model.experiment import Profile

DEFAULT_PAGES = 1024
"""4 MB: half of the default RLIMIT_MEMLOCK, so that an ordinary user can run everything."""

DEFAULT_SPLIT_BUDGET_BYTES = 64 << 20
"""Of direct map turned to 4 KB pages: little on any machine that has pages of 1 GB to lose."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A profile, the number of usable CPUs, how many 4 KB pages a run touches, and how much may be split for good.

    `split_budget_bytes` holds for experiments that split the direct map on purpose; the others take what they need.
    `uncached_range` is reserved physical memory that may be mapped uncached, as /proc/iomem writes it; "": none.
    """

    profile: Profile = "quick"
    cpus: int = 1
    pages: int = DEFAULT_PAGES
    split_budget_bytes: int = DEFAULT_SPLIT_BUDGET_BYTES
    uncached_range: str = ""
