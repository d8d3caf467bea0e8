"""Where things were published, each source written once."""

from __future__ import annotations

from analysis.fear.fear import Published

LWN = "LWN, memfd_secret() in 5.14, 2021"
LWN_ADDRESS = "https://lwn.net/Articles/865256/"
LKML = "https://lore.kernel.org/r/"
GUEST_MEMFD = "guest_memfd without direct map, AWS, LKML, 2025-09 and 2026-01"

ONE_SIZE = Published(
    "With the whole direct map forced to one page size, 259 tests on four servers were best with 1 GB in 45 %, with "
    "2 MB in about 30 % and with 4 KB in about 20 % of cases; no TLB counters, no differences test by test.",
    "Xing Zhengjun, Intel, LKML, 2021-01-15",
    LKML + "213b4567-46ce-f116-9cdf-bbd0c884eb3c@linux.intel.com",
    "Of 259 tests on four servers 45 % were best with 1 GB, 30 % with 2 MB, 20 % with 4 KB pages throughout.",
)
MAKE = Published(
    "make -j8 took 309, 317 and 315 s with 1 GB, 2 MB and 4 KB, without repetitions; with other settings the order "
    "changes.",
    "M. Rapoport, LKML, 2020-07",
    brief="make -j8: 309, 317, 315 s with 1 GB, 2 MB, 4 KB, once each.",
)
FRAGMENTED = Published(
    "A direct map left fragmented costs a web workload in the order of 1 %; no method is given.",
    "Song Liu, Meta, LKML, 2022-06-20",
    brief="A web workload: in the order of 1 %.",
)
ARM_BLOCKS = Published(
    "From 4 KB to large blocks on an AmpereOne of 192 cores: memcached +3.5 % operations a second, kernel build -13 % "
    "system time, dm-crypt +90 to +150 %.",
    "arm64 block mappings, Linux 6.18",
    LKML + "20250917190323.3828347-1",
    "The other way round, on Arm: memcached +3.5 %.",
)
XPFO = Published(
    "System time of make -j60 on 96 cores rose from 951 s to 25,073 s when user pages left the direct map (XPFO), and "
    "by a factor of 1.32 with deferred and batched flushes.",
    "K. Aziz, LKML, 2019",
    brief="All user pages out of the map, 96 cores: make's system time 26 times as long; 1.32 with flushes put off.",
)
FAULTS = Published(
    "A page fault takes up to 40 times as long where guest memory leaves the direct map, longer with more cores; "
    "filling the memory takes 5 times as long.",
    GUEST_MEMFD,
    brief="Guest memory out of the map: a page fault up to 40 times as long.",
)
INVLPGB = Published(
    "Invalidation took 40 % of the CPU time with interrupts and about 4 % with INVLPGB (Milan, 36 cores, "
    "will-it-scale tlb_flush2_threads).",
    "AMD INVLPGB series, LKML",
    brief="A test made of flushes: 40 % of the CPU time with interrupts, 4 % with INVLPGB.",
)
DEFAULT_ON = Published(
    "Switched on by default since Linux 6.5; the change carries no figures.", "Linux commit b758fe6df50d"
)
LIMIT = Published("Programs that use it report that RLIMIT_MEMLOCK runs out.", "rosenpass #341")
HIBERNATION = Published(
    "A password manager that holds secret memory keeps the whole machine from hibernating.", "bitwarden/clients#21661"
)
POOL_HISTORY = Published(
    "A reserved range was dropped in version 5 of the series, a pool in version 17.", LWN, LWN_ADDRESS
)
FLAG_HISTORY = Published(
    "A flag for it was in versions 1 to 10 of the series; version 11 dropped it.", LWN, LWN_ADDRESS
)
REACH = Published(
    "By arithmetic the default limit of 8 MB is 2,048 pages, which turn 4 GB of direct map to 4 KB pages if each lies "
    "in another region of 2 MB. No measurement of how far that goes was found.",
    "this lab's reading of mm/secretmem.c",
    brief="By arithmetic 8 MB of limit can turn 4 GB of the map to 4 KB pages; nobody measured it.",
)
MAN_PAGE = Published("The manual page asks for FD_CLOEXEC where the kernel takes O_CLOEXEC.", "memfd_secret(2)")
USERS = Published(
    "Bitwarden, rosenpass, memsec, commonware and CRIU use it. Their complaints are of hibernation and of the limit; "
    "none is of speed.",
    "their repositories and issues, 2021 to 2026",
)
