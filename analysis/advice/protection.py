"""What secret memory does not protect, what fork does, and what was proven of it here."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.advice.advice import Advice
from analysis.plots.duration import count_text, duration

PROVEN = "supported"
UNPROTECTED = (
    (
        "Your own process: any code in it can read the area, and write(2) and read(2) work through a pointer into it, "
        "so that one wrong length copies a secret to a file, a socket or a log."
    ),
    (
        "Copies: what a library keeps of a key (its schedule, a buffer of stdio, the environment, a string of a "
        "language with a garbage collector) lies in ordinary memory; CPU registers are saved in the kernel's own "
        "memory at every switch."
    ),
    (
        "Whoever can run code in the process: a debugger cannot read the area from outside (process_vm_readv and "
        "/proc/PID/mem fail), but it can have the process do it."
    ),
    (
        "A kernel that wants to: it can map the pages again. Secret memory helps against mistakes and stray reads, and "
        "not against root."
    ),
    "The memory chips and, in a virtual machine, the host: the pages are not encrypted.",
    "The others on the machine: pages that come and go interrupt every CPU, and the splits stay until the next boot.",
)


def forked(advice: Advice) -> Iterator[str]:
    """Yield what fork does with secret memory, as it is and as it was measured."""
    yield (
        "The area is shared with a child, not copied: both read and write the same pages, and they live until the last "
        "of the two gives them up. madvise(MADV_DONTFORK) keeps an area from the child; O_CLOEXEC closes the file at "
        "execve, which gives the mapping up in any case."
    )
    told = advice.proofs.get("refused-fork", "not run")
    if told != "not run":
        yield (
            "Here the kernel was refused every page that a child alone still had."
            if told == PROVEN
            else f"That the kernel is refused pages that a child alone still has is {told} here."
        )
    if found := advice.fork:
        yield (
            f"A fork with {count_text(found.pages, 'page')} of secret memory mapped took "
            f"{duration(found.secret.value_ns)}, with nothing mapped {duration(found.nothing.value_ns)} (means)."
        )


def at_limit(advice: Advice) -> Iterator[str]:
    """Yield what happens at the limit here, by where it was found to be checked."""
    limits = advice.limits
    scope = {"process": "each process", "user": "all processes of a user together"}.get(limits.scope, limits.scope)
    if limits.regime not in ("mmap", "fault"):
        yield "Where RLIMIT_MEMLOCK is checked for secret memory was not found out here; ./lab doctor tries it."
        return
    stop = advice.of("arena").stops[0]
    yield f"For secret memory the limit is checked at {limits.regime}, for {scope} (found by trying): {stop.happens}."
    if limits.regime == "mmap":
        yield (
            "What is mapped counts, touched or not. Newer kernels (since the fix of CVE-2026-93243: 6.18.52, 7.2.5, "
            "7.3-rc2) check at the touch, for the user as a whole, and end the process by SIGBUS."
        )
