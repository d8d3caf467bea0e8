"""What the user asked for and the machine offers: all that an experiment's design may depend on."""

from __future__ import annotations

from dataclasses import dataclass

from bench.model.experiment import Profile

DEFAULT_PAGES = 1024
"""4 MB: half of the default RLIMIT_MEMLOCK, so that an ordinary user can run everything."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A profile, the number of usable CPUs, and how many 4 KB pages a run touches."""

    profile: Profile = "quick"
    cpus: int = 1
    pages: int = DEFAULT_PAGES
