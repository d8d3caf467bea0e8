"""The one list of fears, in the order of a report. A new one is one record; see CONTRIBUTING.md."""

from __future__ import annotations

from analysis.fear.fear import Evidence, Fear, Meaning
from analysis.fear.source import (
    ARM_BLOCKS,
    DEFAULT_ON,
    FAULTS,
    FRAGMENTED,
    GUEST_MEMFD,
    HIBERNATION,
    INVLPGB,
    LIMIT,
    LWN,
    LWN_ADDRESS,
    MAKE,
    MAN_PAGE,
    ONE_SIZE,
    POOL_HISTORY,
    REACH,
    USERS,
    XPFO,
)

NO_WORKLOAD = "the lab has no workload for it yet"

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
        supported="Expect the kernel's reads to take {effect} as long once 1 GB pages are split to 2 MB.",
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
    evidence=(Evidence("pools", "*"),),
    meaning=Meaning(
        supported="One arena that hands out many secrets contains most of the damage: {effect}.",
        refuted="A pool would not have contained it: {effect}.",
    ),
    lacking=NO_WORKLOAD,
)
UNCACHED = Fear(
    id="uncached",
    title="Uncached memory",
    said="Mapping secret memory uncached would drastically reduce performance.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(),
    rule="any",
    evidence=(Evidence("uncached", "*"),),
    meaning=Meaning(
        supported="Uncached secret memory would take {effect} as long to use.",
        refuted="Uncached secret memory would not have been slower by what matters: {effect} as long.",
    ),
    lacking=f"{NO_WORKLOAD}; the flag was removed in version 11",
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
    evidence=(Evidence("neighbour*", "*"),),
    meaning=Meaning(
        supported="While one process takes and gives back secret memory as fast as it can, others get {effect} of "
        "what they get beside ordinary churn.",
        refuted="Others lose nothing that matters: {effect} of what they get beside ordinary churn.",
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
    evidence=(Evidence("memory_neighbour*", "*"),),
    meaning=Meaning(
        supported="Memory that secrets hold is missed by others: {effect}.",
        refuted="Others do not miss the memory that secrets hold by what matters: {effect}.",
    ),
)
HIBERNATE = Fear(
    id="hibernation",
    title="No hibernation",
    said="A machine cannot hibernate while a secret area is active.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(HIBERNATION,),
    rule="all",
    evidence=(Evidence("hibernation", "*"),),
    meaning=Meaning(
        supported="One program with secret memory keeps the machine from hibernating: {readings}.",
        refuted="The machine can hibernate all the same.",
    ),
    lacking=NO_WORKLOAD,
)
FLAGS = Fear(
    id="flags",
    title="One flag",
    said="The only flag is O_CLOEXEC.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(MAN_PAGE,),
    rule="all",
    evidence=(Evidence("access", "flag-*"),),
    meaning=Meaning(supported="Pass O_CLOEXEC or 0: {readings}.", refuted="Other flags are taken, too."),
    lacking=NO_WORKLOAD,
)
FORK_EXEC = Fear(
    id="fork-exec",
    title="Fork and exec",
    said="A child has the area after fork, and it goes on execve with O_CLOEXEC.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(),
    rule="all",
    evidence=(
        Evidence("removal", "refused-fork"),
        Evidence("removal", "readable-forked"),
        Evidence("removal", "readable-executed"),
        Evidence("secret_life", "fork", decides=False),
        Evidence("secret_life", "execve-cloexec", decides=False),
    ),
    meaning=Meaning(
        supported="A forked child shares your secrets and they stay hidden while it lives; an execve with O_CLOEXEC "
        "gives them up ({readings}). Keep them from children with MADV_DONTFORK.",
        refuted="Do not rely on it: see which sentence failed.",
    ),
)
KERNEL_BLIND = Fear(
    id="kernel-blind",
    title="The kernel is blind",
    said="The pages leave the direct map; nobody else, not even the kernel, can read them through it.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(),
    rule="all",
    evidence=(
        Evidence("removal", "refused*"),
        Evidence("removal", "absent"),
        Evidence("removal", "owner", decides=False),
        Evidence("removal", "ordinary*", decides=False),
        Evidence("removal", "readable-*", decides=False),
        Evidence("removal", "mapped-after", decides=False),
    ),
    meaning=Meaning(
        supported="A stray read of the kernel through its own map does not reach your secrets: {readings}, and none "
        "succeeded. It says nothing of a kernel that sets out to read them.",
        refuted="Do not rely on it: the kernel could read pages that were secret.",
    ),
)
SYSCALLS = Fear(
    id="syscalls",
    title="Pointers in system calls",
    said="Pointers to the secret area cannot be used in system calls.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(),
    rule="all",
    evidence=(Evidence("access", "syscall-*"),),
    meaning=Meaning(
        supported="Copy a secret out before you hand it to a system call: {readings}.",
        refuted="Some system calls take such pointers: do not count on the kernel to refuse them.",
    ),
    lacking=NO_WORKLOAD,
)
DMA = Fear(
    id="dma",
    title="Out of reach of devices",
    said="The memory is inaccessible to DMA.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(),
    rule="all",
    evidence=(Evidence("access", "dma-*"),),
    meaning=Meaning(
        supported="Direct I/O on it is refused: {readings}.", refuted="Direct I/O on it is not always refused."
    ),
    lacking=NO_WORKLOAD,
)
DEMAND = Fear(
    id="demand",
    title="Who uses it",
    said="It remains to be seen how many use it.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(USERS,),
    rule="any",
    evidence=(),
    meaning=Meaning(),
    lacking="no machine can answer it; what was published stands beside",
)
FEARS = (
    SPLIT_1G,
    SPLIT_4K,
    SCARS,
    NEIGHBOURS,
    LOCKED_RAM,
    PAGE_COST,
    POOL,
    UNCACHED,
    KERNEL_BLIND,
    SYSCALLS,
    DMA,
    FORK_EXEC,
    FLAGS,
    HIBERNATE,
    DEMAND,
)
