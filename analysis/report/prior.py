"""What was published before, beside which a report puts its own figures; nothing here was measured by this lab."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prior:
    """One published figure or statement, with its source."""

    said: str
    source: str


LWN = "LWN, memfd_secret() in 5.14, 2021"
GUEST_MEMFD = "guest_memfd without direct map, AWS, LKML, 2025-09 and 2026-01"
PRIOR: dict[str, tuple[Prior, ...]] = {
    "page_cost": (
        Prior(
            "A page fault takes up to 40 times as long where guest memory leaves the direct map, and longer with more "
            "cores; filling the memory takes 5 times as long.",
            GUEST_MEMFD,
        ),
        Prior(
            "System time of make -j60 on 96 cores rose from 951 s to 25,073 s when user pages left the direct map "
            "(XPFO), and by a factor of 1.32 with deferred and batched flushes.",
            "K. Aziz, LKML, 2019",
        ),
        Prior(
            "Breaking up the direct map would degrade performance; later: 2 MB pages are not much different from 1 GB "
            "pages. The merged version can split it to 4 KB.",
            LWN,
        ),
        Prior(
            "Switched on by default since Linux 6.5; the change carries no figures.",
            "Linux commit b758fe6df50d",
        ),
    ),
    "secret_life": (
        Prior("The area is available to children after fork and goes on execve with O_CLOEXEC.", LWN),
        Prior(
            "Programs that use it report that hibernation is refused and that RLIMIT_MEMLOCK runs out, not that it is "
            "slow.",
            "bitwarden/clients#21661, rosenpass #341",
        ),
    ),
    "removal": (
        Prior(
            "The pages leave the direct map and are marked against being mapped back; nobody else, not even the "
            "kernel, can read them.",
            LWN,
        ),
        Prior("The area is available to children after fork and goes on execve with O_CLOEXEC.", LWN),
    ),
    "fragmentation": (
        Prior(
            "Breaking up the direct map would degrade performance; later: 2 MB pages are not much different from 1 GB "
            "pages. The merged version can split it to 4 KB anywhere.",
            LWN,
        ),
        Prior(
            "By arithmetic, one user's default limit of 8 MB is 2,048 pages, which can turn 4 GB of direct map to 4 KB "
            "pages if each lies in another region of 2 MB. No measurement of how far that goes was found.",
            "this lab's own reading of mm/secretmem.c",
        ),
    ),
    "online_cpus": (
        Prior("The cost of a page fault without direct map grows with the number of cores.", GUEST_MEMFD),
        Prior(
            "Invalidation took 40 % of the CPU time with interrupts and about 4 % with INVLPGB (Milan, 36 cores, "
            "will-it-scale tlb_flush2_threads).",
            "AMD INVLPGB series, LKML",
        ),
    ),
}
"""By experiment."""


def prior(experiment: str) -> tuple[Prior, ...]:
    """Return what was published on an experiment's question."""
    return PRIOR.get(experiment, ())
