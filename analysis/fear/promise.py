"""What secret memory was said to promise and to forbid, and who would use it."""

from __future__ import annotations

from analysis.fear.fear import Evidence, Fear, Meaning
from analysis.fear.source import HIBERNATION, LWN, LWN_ADDRESS, MAN_PAGE, USERS

HIBERNATE = Fear(
    id="hibernation",
    title="No hibernation",
    said="A machine cannot hibernate while a secret area is active.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(HIBERNATION,),
    rule="all",
    evidence=(
        Evidence("hibernation", "with-*"),
        Evidence("hibernation", "before", decides=False),
        Evidence("hibernation", "after", decides=False),
    ),
    meaning=Meaning(
        supported="One program with secret memory, and be it an open descriptor, keeps the whole machine from "
        "hibernating: {readings}.",
        refuted="Do not rely on it: see which sentence failed.",
    ),
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
        Evidence("lifetime", "kept-forked"),
        Evidence("lifetime", "cloexec-*"),
        Evidence("lifetime", "kept-executed-open", decides=False),
        Evidence("lifetime", "back-*", decides=False),
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
        Evidence("stale_entries", "other-space"),
        Evidence("stale_entries", "flushed", decides=False),
        Evidence("stale_entries", "own-space", decides=False),
        Evidence("removal", "owner", decides=False),
        Evidence("removal", "ordinary*", decides=False),
        Evidence("removal", "readable-*", decides=False),
        Evidence("removal", "mapped-after", decides=False),
        Evidence("access", "kernel-*", decides=False),
        Evidence("access", "after-free", decides=False),
        Evidence("access", "control-kernel", decides=False),
        Evidence("access", "control-after", decides=False),
    ),
    meaning=Meaning(
        supported="A stray read of the kernel through its own map does not reach your secrets: {readings}, and none "
        "succeeded. It says nothing of a kernel that sets out to read them.",
        refuted="Most stray reads fail, and not all: see which of {readings} got at a secret. Where the pages are "
        "absent from the map all the same, it was through an entry that a TLB had kept for another process: one that "
        "came back to the map is not Global, and where address spaces have numbers (PCID) not all of them forget it.",
    ),
)
NOBODY_ELSE = Fear(
    id="nobody-else",
    title="Nobody else",
    said="Only the process that made the area, and whom it shares it with, can read it: no other, not even root.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(),
    rule="all",
    evidence=(
        Evidence("access", "outside"),
        Evidence("access", "core"),
        Evidence("access", "descriptor"),
        Evidence("access", "takeover"),
        Evidence("access", "guarded", decides=False),
        Evidence("access", "inside", decides=False),
        Evidence("access", "control-outside", decides=False),
        Evidence("access", "control-core", decides=False),
        Evidence("access", "control-descriptor", decides=False),
        Evidence("access", "control-takeover", decides=False),
    ),
    meaning=Meaning(
        supported="No process got at the bytes of another: {readings}.",
        refuted="Reads from outside are refused, to root too, and core files hold nothing. But whoever may debug your "
        "process takes its descriptor and maps it, or has your process hand the bytes over. Keep debuggers of your own "
        "user out with prctl(PR_SET_DUMPABLE, 0); root you cannot keep out.",
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
    evidence=(
        Evidence("access", "syscall-*"),
        Evidence("access", "control-copy", decides=False),
        Evidence("access", "control-pin", decides=False),
        Evidence("copies", "cost-*", decides=False),
        Evidence("copies", "same-*", decides=False),
    ),
    meaning=Meaning(
        supported="Copy a secret out before you hand it to a system call: {readings}.",
        refuted="Do not count on the kernel to refuse them: calls that copy (read, write, send, futex, io_uring) take "
        "such pointers like any other. Only calls that pin the page (vmsplice, MSG_ZEROCOPY, O_DIRECT) refuse.",
    ),
)
DMA = Fear(
    id="dma",
    title="Out of reach of devices",
    said="The memory is inaccessible to DMA.",
    source=LWN,
    address=LWN_ADDRESS,
    published=(),
    rule="all",
    evidence=(Evidence("access", "dma-*"), Evidence("access", "control-dma", decides=False)),
    meaning=Meaning(
        supported="Direct I/O on it is refused: {readings}.", refuted="Direct I/O on it is not always refused."
    ),
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
