"""Who keeps secret memory, what does the limit count of it, and how long after its end are its pages back?"""

from __future__ import annotations

import errno

from bench.experiments.wish import Wish
from bench.model.claim import Claim, Proof
from bench.model.experiment import Experiment
from workloads.lifetime import HANDED_ON, LIVES
from workloads.memlock import ATTEMPTS
from workloads.spec import Condition

MAN_PAGE = "memfd_secret(2)"
USUAL = 256
QUICK_PAGES, FULL_PAGES = (16, USUAL, 2048), (16, 64, USUAL, 1024, 2048)
"""64 KB to 8 MB."""
SIZED = ("unmapped", "closed", "killed", "executed")
"""Lives that are timed at every size, beside ordinary memory that is locked."""
MANY, OFTEN = 1000, 40
"""So many pages a sentence about all of them rests on at least, and so many attempts."""
KEPT = {
    "unmapped": "its descriptor is closed and its mapping is there",
    "closed": "it is unmapped and its descriptor is open",
    "executed_open": "its process has executed another program, without O_CLOEXEC",
    "forked": "a child has it mapped whose parent, which made it, was killed",
    "passed": "a process has the descriptor that it was sent (SCM_RIGHTS), and the sender was killed",
    "in_flight": "its descriptor was sent and not received, and the sender was killed",
}
ENDED = {
    "unmapped": "its last mapping is unmapped",
    "closed": "its last descriptor is closed",
    "exited": "its process exits",
    "killed": "its process is killed (SIGKILL)",
    "executed": "its process executes another program, with O_CLOEXEC",
    "executed_open": "the program that came after an execve closes the descriptor",
    "forked": "the child exits that had it last",
    "passed": "the receiver of its descriptor closes it",
    "in_flight": "the socket is closed in which its descriptor waited",
}
ALLOWED = {
    "size_beyond": "A size beyond the limit may be set (ftruncate): it is not the file that counts.",
    "take_all": "Pages may be mapped and touched up to the very limit.",
    "second_process": "A second process of the same user has a whole limit of its own.",
    "child_of_holder": "A child has a whole limit of its own, though it has its parent's secret pages mapped as well.",
    "keep_unmapped": "Pages unmapped and kept by their descriptor count for nobody: four limits' worth is held.",
    "with_capability": "CAP_IPC_LOCK lifts the limit.",
}
REFUSED = {
    "map_beyond": "A mapping beyond the limit is refused before a page of it is touched.",
    "take_beyond": "Pages beyond the limit are not to be had.",
    "mlock_beyond": "mlock of ordinary memory beyond the limit is refused: the limit holds here.",
    "two_files": "The files of one process count together.",
    "one_file_twice": "A file that is mapped twice counts twice.",
    "beside_mlock": "Memory that was locked by mlock leaves less for secret memory.",
    "mlock_beside": "Secret memory leaves less for mlock.",
}
AT_MMAP = ("map_beyond", "take_beyond", "two_files", "one_file_twice", "beside_mlock")


def design(wish: Wish) -> Experiment:
    """Return the experiment; what is looked at from another CPU needs BPF and two CPUs, the limit needs neither."""
    watched = wish.cpus > 1
    return Experiment(
        name="lifetime",
        question="Who keeps secret memory, what does the limit count of it, and how soon after its end is it back?",
        profile=wish.profile,
        claims=claims() if watched else (),
        conditions=(*(lives(wish) if watched else ()), *map(attempt, ATTEMPTS)),
        blocks=10 if wish.profile == "quick" else 20,
        proofs=(*(of_lives() if watched else ()), *of_limit()),
    )


def life(name: str, pages: int = USUAL, backing: str = "secret") -> Condition:
    """Return the condition in which an area is kept and ended in one way."""
    return Condition.of("lifetime", life=name, backing=backing, pages=pages)


def lives(wish: Wish) -> tuple[Condition, ...]:
    """Return every life, and some at every size beside ordinary memory."""
    sizes = QUICK_PAGES if wish.profile == "quick" else FULL_PAGES
    sized = (life(name, pages, backing) for name in SIZED for pages in sizes for backing in ("secret", "memfd_locked"))
    ordinary = (life(name, USUAL, "memfd_locked") for name in LIVES)
    return tuple(dict.fromkeys((*(life(name) for name in LIVES), *ordinary, *sized)))


def attempt(name: str) -> Condition:
    """Return the condition in which something is tried against the limit."""
    return Condition.of("memlock", attempt=name)


def claims() -> tuple[Claim, ...]:
    """Return what is claimed of times."""
    return (
        *(
            Claim(
                name=f"return-{name}-{size.lower().replace(' ', '')}",
                text=f"{size} of secret memory are free at least 10 % later than of locked memfd, when {ENDED[name]}.",
                metric="pages_free",
                statistic="p50",
                baseline=life(name, pages, "memfd_locked"),
                treatment=life(name, pages),
                relation="greater",
                smallest_effect=0.1,
            )
            for name in ("closed", "killed")
            for pages, size in ((USUAL, "1 MB"), (2048, "8 MB"))
        ),
        Claim(
            name="killed-as-exited",
            text="A process that is killed gives its secret pages back as soon, within 10 %, as one that exits.",
            metric="entries_back",
            statistic="p50",
            baseline=life("exited"),
            treatment=life("killed"),
            relation="equivalent",
            smallest_effect=0.1,
        ),
    )


def proof(name: str, text: str, metric: str, about: tuple[Condition, ...], expected: int, least: int) -> Proof:
    """Return the proof that every reading of a metric is as expected."""
    return Proof(
        name=name, text=text, metric=metric, conditions=about, expected=expected, least=least, source=source_of(name)
    )


def hyphened(*words: str) -> str:
    """Return words as the name of a proof."""
    return "-".join(words).replace("_", "-")


def source_of(name: str) -> str:
    """Return who said it, where somebody did."""
    return MAN_PAGE if name.startswith(("cloexec", "kept-forked", "limit-")) else ""


def of_lives() -> tuple[Proof, ...]:
    """Return the sentences about who keeps an area, and that it goes back."""
    every = tuple(life(name) for name in LIVES)
    kept = (
        proof(
            hyphened("kept", name),
            f"A page stays out of the kernel's map while {how}.",
            "out_while_kept",
            (life(name),),
            1,
            MANY,
        )
        for name, how in KEPT.items()
    )
    back = (
        proof(
            hyphened("back", name),
            f"Every page is in the kernel's map again when {how}.",
            "readable_after",
            (life(name),),
            1,
            MANY,
        )
        for name, how in ENDED.items()
    )
    words = "Whoever keeps an area, in whatever way, reads from each page what was written."
    return (
        *kept,
        proof("words", words, "word_while_kept", every, 1, MANY),
        *back,
        *of_execve(),
        *of_account(),
    )


def of_execve() -> tuple[Proof, ...]:
    """Return the sentences about the flag O_CLOEXEC."""
    gone = "With O_CLOEXEC the descriptor is closed after an execve."
    open_ = "Without it the descriptor is open in the new program."
    return (
        proof("cloexec-closes", gone, "open_after_execve", (life("executed"),), 0, OFTEN),
        proof("cloexec-not", open_, "open_after_execve", (life("executed_open"),), 1, OFTEN),
    )


def of_account() -> tuple[Proof, ...]:
    """Return the sentences about whose limit an area counts against (VmLck of /proc/PID/status)."""
    held = "All of an area counts against the limit of the process that maps it."
    handed = (
        "Nothing of it counts for who keeps it without having mapped it itself: by a descriptor, by a socket, or as a "
        "child that has its parent's mapping."
    )
    every = tuple(life(name) for name in LIVES)
    return (
        proof("limit-counted", held, "counted_while_held", every, 1, OFTEN),
        proof("limit-uncounted", handed, "counted_while_kept", tuple(map(life, HANDED_ON)), 0, OFTEN),
    )


def of_limit() -> tuple[Proof, ...]:
    """Return the sentences about what the limit allows and refuses."""
    outcomes = ((ALLOWED, 1), (REFUSED, 0))
    each = (
        proof(hyphened("limit", name), text, "allowed", (attempt(name),), expected, OFTEN)
        for texts, expected in outcomes
        for name, text in texts.items()
    )
    text = "It is mmap that refuses secret memory beyond the limit, with EAGAIN, and not the touch of a page."
    return (*each, proof("limit-at-mmap", text, "refused_errno", tuple(map(attempt, AT_MMAP)), errno.EAGAIN, OFTEN))
