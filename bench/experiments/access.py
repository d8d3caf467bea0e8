"""Who gets at the bytes of secret memory, and in which ways?"""

from __future__ import annotations

from bench.experiments.page_cost import LWN
from bench.experiments.wish import Wish
from bench.model.claim import Proof
from bench.model.experiment import Experiment
from workloads.access import WHO
from workloads.spec import Condition

SYSCALLS = f"{LWN}: pointers to the area cannot be used in system calls"
NOBODY = f"{LWN}: nobody else, not even the kernel, can read them"
DMA = f"{LWN}: the memory is inaccessible to DMA"
FLAGS = f"{LWN}: the only flag is O_CLOEXEC"
BLOCKS = {"quick": 10, "full": 30}
INSIDE, OUTSIDE, ROOT = ("owner", "child", "root"), ("other", "root"), ("root",)
ORDINARY = "memfd"
"""What shows that an attempt works where memory is not secret."""


def design(wish: Wish) -> Experiment:
    """Return the experiment, a matrix of attempts."""
    return Experiment(
        name="access",
        question="Who gets at the bytes of secret memory, and in which ways?",
        profile=wish.profile,
        claims=(),
        conditions=matrix(),
        blocks=BLOCKS[wish.profile],
        proofs=(*promises(wish), guard(wish), *controls(wish)),
    )


def attempts(who: str, backing: str) -> Condition:
    """Return the condition in which somebody tries every way on memory of a kind."""
    return Condition.of("access", who=who, backing=backing)


def guarded(backing: str) -> Condition:
    """Return the condition in which another process tries it on an owner that has forbidden it."""
    return Condition.of("access", who="other", backing=backing, guarded="yes")


def matrix() -> tuple[Condition, ...]:
    """Return the attempts; the owner tries other ordinary memory too, to tell secrecy from locks and from files."""
    pairs = tuple(attempts(who, backing) for who in WHO for backing in ("secret", ORDINARY))
    beside = (attempts("owner", "memfd_locked"), attempts("owner", "anonymous"))
    return (*pairs, *beside, guarded("secret"), guarded(ORDINARY))


def promises(wish: Wish) -> tuple[Proof, ...]:
    """Return the sentences about secret memory; what was said of it and does not hold here is among them."""

    def no(name: str, family: str, whose: tuple[str, ...], text: str, source: str = "") -> Proof:
        return proof(name, text, f"reached_{family}", whose, "secret", 0, wish, source)

    def yes(name: str, metric: str, whose: tuple[str, ...], text: str, source: str = "") -> Proof:
        return proof(name, text, metric, whose, "secret", 1, wish, source)

    return (
        yes("inside", "reached_plain", INSIDE, "Owner and child read, write and map their secret memory."),
        no("syscall-copy", "copy", INSIDE, "System calls that copy refuse a pointer to it.", SYSCALLS),
        no("syscall-pin", "pin", INSIDE, "System calls that pin the page refuse a pointer to it.", SYSCALLS),
        no("dma-refused", "dma", INSIDE, "Calls that give the page to a device refuse it.", DMA),
        no("descriptor", "descriptor", INSIDE, "Nothing is read or written through the descriptor itself."),
        no("outside", "outside", OUTSIDE, "Neither another process of the user nor root reads or writes it.", NOBODY),
        no("takeover", "takeover", OUTSIDE, "Who may debug the owner does not get its bytes from it either.", NOBODY),
        no("core", "core", INSIDE, "No core file holds its bytes, not even after MADV_DODUMP."),
        no("kernel-direct-map", "kernel", ROOT, "The kernel does not get its bytes by its own map.", NOBODY),
        no("kernel-mapping", "by_mapping", ROOT, "The kernel does not get its bytes by the owner's mapping.", NOBODY),
        no("kernel-files", "machine", ROOT, "Neither /dev/mem nor /proc/kcore holds its bytes.", NOBODY),
        no("after-free", "after", ROOT, "When it is given up, none of its bytes is left in the page."),
        yes("flag-cloexec", "flag_taken", ("owner",), "memfd_secret takes no flag, and O_CLOEXEC.", FLAGS),
        yes("flag-only", "flag_refused", ("owner",), "memfd_secret refuses every other bit as a flag.", FLAGS),
    )


def guard(wish: Wish) -> Proof:
    """Return the sentence about an owner that is not dumpable."""
    text = "An owner with PR_SET_DUMPABLE 0 keeps out whoever of its own user would debug it."
    made = proof("guarded", text, "reached_takeover", ("other",), "secret", 0, wish)
    return made.model_copy(update={"conditions": (guarded("secret"),)})


def controls(wish: Wish) -> tuple[Proof, ...]:
    """Return what shows that the attempts work: the same on ordinary memory."""
    families = {
        **dict.fromkeys(("plain", "copy", "pin", "dma", "descriptor", "core"), INSIDE),
        **dict.fromkeys(("outside", "takeover"), OUTSIDE),
        **dict.fromkeys(("by_mapping", "kernel", "after"), ROOT),
    }
    return tuple(
        proof(
            f"control-{family.replace('_', '-')}",
            f"Control: on ordinary memory every way of the family {family.replace('_', ' ')} works.",
            f"reached_{family}",
            whose,
            ORDINARY,
            1,
            wish,
        )
        for family, whose in families.items()
    )


def proof(
    name: str,
    text: str,
    metric: str,
    whose: tuple[str, ...],
    backing: str,
    expected: int,
    wish: Wish,
    source: str = "",
) -> Proof:
    """Return the proof that a metric is as expected in every attempt of some."""
    return Proof(
        name=name,
        text=text,
        metric=metric,
        conditions=tuple(attempts(who, backing) for who in whose),
        expected=expected,
        least=BLOCKS[wish.profile],
        source=source,
    )
