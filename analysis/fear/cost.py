"""What secret memory was feared to cost its holder and everybody else."""

from __future__ import annotations

from analysis.fear.fear import Evidence, Fear, Meaning
from analysis.fear.source import (
    ARM_BLOCKS,
    DEFAULT_ON,
    FAULTS,
    FLAG_HISTORY,
    FRAGMENTED,
    GUEST_MEMFD,
    INVLPGB,
    LIMIT,
    LWN,
    LWN_ADDRESS,
    MAKE,
    ONE_SIZE,
    POOL_HISTORY,
    REACH,
    XPFO,
)

SPLIT_1G = Fear(
    id="split-1g",
    title="Losing 1 GB pages",
    said="Breaking 1 GB pages of the direct map into 2 MB ones makes the kernel slower.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(ONE_SIZE, MAKE),
    rule="any",
    evidence=(
        Evidence("direct_map_reads", "split-1g", "against"),
        Evidence("direct_map_reads", "same-1g", decides=False),
    ),
    meaning=Meaning(
        supported="Expect the kernel's random reads over tens of megabytes to take, at worst, {effect} as long once "
        "1 GB pages are split to 2 MB. Whole system calls stand under the figures of the machine.",
        refuted="You need not mind that 1 GB pages are split to 2 MB: the kernel's reads take {effect} as long.",
    ),
)
SPLIT_4K = Fear(
    id="split-4k",
    title="Ending up in 4 KB pages",
    said="The merged version can split the direct map down to 4 KB anywhere, and that makes the kernel slower.",
    source=f"{LWN}: unsaid there, and true of the version that was merged",
    address=LWN_ADDRESS,
    published=(ONE_SIZE, MAKE, FRAGMENTED, ARM_BLOCKS),
    rule="any",
    evidence=(
        Evidence("direct_map_reads", "split-4k*"),
        Evidence("kernel_paths", "*-4k-1g"),
        Evidence("kernel_paths", "*-4k-2m"),
        Evidence("direct_map_reads", "same-2m", decides=False),
        Evidence("direct_map_reads", "program-4k", decides=False),
    ),
    meaning=Meaning(
        supported="Memory near where secrets lie or lay is slower for the kernel to reach, here {effect} as long, "
        "until the next boot. It shows in work that touches much memory in random order.",
        refuted="Where secrets lay the kernel is no slower than elsewhere by what would matter: {effect} as long.",
    ),
)
SCARS = Fear(
    id="lasting",
    title="Splits that stay",
    said="What secret memory has split stays split, however little of it is held.",
    source=f"{LWN}: unsaid there, and true of the version that was merged",
    address=LWN_ADDRESS,
    published=(REACH,),
    rule="all",
    evidence=(Evidence("fragmentation", "nothing-heals"),),
    meaning=Meaning(
        supported="What is split stays so until the next boot: {readings}, and nothing became whole again. Programs "
        "that come and go add up.",
        refuted="Some of what was split became whole again.",
    ),
)
POOL = Fear(
    id="pool",
    title="A pool instead",
    said="A reserved range or a pool of 2 MB chunks would contain the damage.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(POOL_HISTORY,),
    rule="all",
    evidence=(),
    meaning=Meaning(),
    lacking="no kernel has these pools any more; models of them stand under The pools that were not merged",
)
ARENA = Fear(
    id="arena",
    title="A pool of one's own",
    said="A program that fills an arena at start has from it what a pool would give: time, and less of the map split.",
    source="not in the article: the pool that a program can have today",
    address="",
    published=(),
    rule="all",
    evidence=(
        Evidence("pools", "arena-time"),
        Evidence("pools", "arena-blocks"),
        Evidence("pools", "arena-frames", decides=False),
        Evidence("pools", "secret-time", decides=False),
    ),
    meaning=Meaning(
        supported="Keep secrets in one arena: against a page a request it comes to {effect}, and to fewer blocks of "
        "2 MB that are split.",
        refuted="An arena does not give you both. Where it is no help it comes to {effect} what a page a request "
        "does; the claims tell time and memory apart.",
    ),
)
UNCACHED = Fear(
    id="uncached",
    title="Uncached memory",
    said="Mapping secret memory uncached would drastically reduce performance.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(FLAG_HISTORY,),
    rule="any",
    evidence=(
        Evidence("uncached", "uncached-*"),
        Evidence("uncached", "flushed-*"),
        Evidence("uncached", "today-*", decides=False),
        Evidence("uncached", "same-*", decides=False),
        Evidence("uncached", "elsewhere-*", decides=False),
        Evidence("uncached", "truly-*", decides=False),
    ),
    meaning=Meaning(
        supported="Without caches work takes {effect} as long; where that is by flushing before each use, it is the "
        "least that uncached memory would cost. The secret memory that was merged is cached like any other.",
        refuted="Without caches work takes no longer by what matters: {effect} as long.",
    ),
)
PAGE_COST = Fear(
    id="page-cost",
    title="The price of a page",
    said="Taking a page out of the direct map makes its first use much dearer.",
    source=f"{GUEST_MEMFD}, of their own memory; not in the article",
    address="",
    published=(FAULTS, XPFO, INVLPGB),
    rule="any",
    evidence=(
        Evidence("page_cost", "touch-*"),
        Evidence("page_cost", "cold-2m", decides=False),
        Evidence("page_cost", "fresh-mean", decides=False),
        Evidence("page_cost", "busy-others", decides=False),
        Evidence("page_cost", "crowd", decides=False),
        Evidence("online_cpus", "flush-share", decides=False),
        Evidence("secret_life", "secret-against-mlock", decides=False),
        Evidence("secret_life", "arena-reuse", decides=False),
    ),
    meaning=Meaning(
        supported="The first use of each page takes {effect} as long as of ordinary, locked memory. It is paid once a "
        "page: keep secrets in an area that you use again.",
        refuted="The first use of a page costs no more than that of ordinary, locked memory: {effect} as long.",
    ),
)
NEIGHBOURS = Fear(
    id="neighbours",
    title="Everybody else",
    said="One process that uses secret memory slows down all others.",
    source=f"{LWN}: split-1g and locked-ram, for the whole system",
    address=LWN_ADDRESS,
    published=(XPFO, INVLPGB),
    rule="any",
    evidence=(
        Evidence("neighbours", "*-loss"),
        Evidence("neighbours", "*-slow"),
        Evidence("neighbour_servers", "*[0-9]"),
        Evidence("neighbour_servers", "*-slow"),
        Evidence("neighbour*", "*-max", decides=False),
        Evidence("neighbour*", "*-control", decides=False),
    ),
    meaning=Meaning(
        supported="Other programs feel it when one keeps taking and giving back secret pages. By the first claim "
        "that says so, what they get done is {effect} of what it is beside as much churn of ordinary memory. Keep "
        "secrets in an area that is used again.",
        refuted="Other programs feel nothing that matters, against the same churn of ordinary memory: {effect}.",
    ),
)
LOCKED_RAM = Fear(
    id="locked-ram",
    title="Locked in RAM",
    said="Secret memory, which is locked and cannot be moved, degrades the system.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(DEFAULT_ON, LIMIT),
    rule="any",
    evidence=(
        Evidence("memory_neighbours", "*-ordinary"),
        Evidence("memory_neighbours", "*-locked", decides=False),
        Evidence("memory_neighbours", "*-nothing", decides=False),
        Evidence("memory_neighbours", "secret-charged", decides=False),
        Evidence("lifetime", "limit-uncounted", decides=False),
        Evidence("lifetime", "limit-keep-unmapped", decides=False),
    ),
    meaning=Meaning(
        supported="Others get less out of the memory that is left than beside as much ordinary memory: by the first "
        "claim that says so, {effect}.",
        refuted="Others get as much out of the memory that is left as beside as much ordinary memory: {effect}.",
    ),
)
