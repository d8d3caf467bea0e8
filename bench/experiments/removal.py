"""Do secret pages really leave the kernel's own map, every one of them, and do they come back?"""

from __future__ import annotations

from bench.experiments.page_cost import LWN
from bench.experiments.wish import Wish
from bench.model.claim import Proof
from bench.model.experiment import Experiment
from workloads.removal import LIVES
from workloads.spec import Condition

SOURCE = f"{LWN}: nobody else, not even the kernel, can read them"
MANY = 10_000
"""So many pages a sentence about all of them is to rest on at least; one about a single life on a tenth of it."""
RETURNS = {
    "held": "was unmapped and closed",
    "forked": "was unmapped by the parent, and then by the end of the child that shared it",
    "executed": "was closed by an execve of its process, which lives on",
    "exited": "was left by a process that exited",
    "killed": "was left by a process that was killed (SIGKILL)",
}


def design(wish: Wish) -> Experiment:
    """Return the experiment; it needs BPF, and says so where that is not to be had."""
    return Experiment(
        name="removal",
        question="Do secret pages leave the kernel's own map of memory, each of them, and do they come back?",
        profile=wish.profile,
        claims=(),
        conditions=conditions(wish),
        blocks=10 if wish.profile == "quick" else 30,
        proofs=proofs(wish),
    )


def look(wish: Wish, backing: str, life: str, threads: int) -> Condition:
    """Return the condition in which pages of a backing are filled by so many threads and lead a life."""
    return Condition.of("removal", backing=backing, life=life, pages=wish.pages, threads=threads)


def crowds(wish: Wish) -> tuple[int, ...]:
    """Return the numbers of threads: one, and one on every CPU where there are more."""
    return tuple(sorted({1, wish.cpus}))


def secrets(wish: Wish, *lives: str) -> tuple[Condition, ...]:
    """Return the conditions of secret memory with the given lives, by any number of threads."""
    return tuple(look(wish, "secret", life, threads) for life in lives for threads in crowds(wish))


def ordinary(wish: Wish) -> tuple[Condition, ...]:
    """Return the conditions of ordinary memory, which has to be readable: else a refusal would mean nothing."""
    return tuple(look(wish, b, "held", threads) for b in ("anonymous", "memfd") for threads in crowds(wish))


def conditions(wish: Wish) -> tuple[Condition, ...]:
    """Return every condition, each once."""
    return (*secrets(wish, *LIVES), *ordinary(wish))


def proofs(wish: Wish) -> tuple[Proof, ...]:
    """Return the sentences about each page, secret and ordinary."""
    return (*while_held(wish), *afterwards(wish), *controls(wish))


def proof(name: str, text: str, metric: str, about: tuple[Condition, ...], least: int, source: str = "") -> Proof:
    """Return the proof that a metric is 1 for every page of some conditions."""
    return Proof(name=name, text=text, metric=metric, conditions=about, expected=1, least=least, source=source)


def while_held(wish: Wish) -> tuple[Proof, ...]:
    """Return what is to hold while somebody has the secret pages."""
    every, crowd = secrets(wish, *LIVES), tuple(c for c in secrets(wish, *LIVES) if c.get("threads") != 1)
    many = (
        proof(
            "refused-many",
            f"It is refused, too, for every page that threads on all {wish.cpus} CPUs filled at the same time.",
            "refused_while_held",
            crowd,
            MANY,
            SOURCE,
        ),
    )
    return (
        proof(
            "refused",
            "The kernel's own read of every secret page, at its address in the direct map, is refused.",
            "refused_while_held",
            every,
            MANY,
            SOURCE,
        ),
        proof(
            "absent",
            "The direct map has, for every secret page, an entry of 4 KB that is not present.",
            "absent_while_held",
            every,
            MANY,
            SOURCE,
        ),
        *(many if crowd else ()),
        proof(
            "refused-fork",
            "Every page stays refused while a child has the area that its parent has unmapped and closed.",
            "refused_while_held",
            secrets(wish, "forked"),
            MANY // 10,
            SOURCE,
        ),
    )


def afterwards(wish: Wish) -> tuple[Proof, ...]:
    """Return what is to hold when the secret pages were given up, in whatever way."""
    each = tuple(
        proof(
            f"readable-{life}",
            f"The kernel can read every page again whose area {way}.",
            "readable_after",
            secrets(wish, life),
            MANY // 10,
        )
        for life, way in RETURNS.items()
    )
    text = "The direct map has a present entry again for every page that was given up, in whatever way."
    return (*each, proof("mapped-after", text, "mapped_after", secrets(wish, *LIVES), MANY))


def controls(wish: Wish) -> tuple[Proof, ...]:
    """Return what has to hold for the others to mean anything."""
    return (
        proof(
            "owner",
            "The owner of every secret page still reads from it what was written.",
            "owner_reads",
            secrets(wish, *LIVES),
            MANY,
        ),
        proof(
            "ordinary",
            "From every page of ordinary memory the kernel reads the word that its process wrote there.",
            "word_read",
            ordinary(wish),
            MANY,
        ),
        proof(
            "ordinary-mapped",
            "The direct map has a present entry for every page of ordinary memory.",
            "mapped_while_held",
            ordinary(wish),
            MANY,
        ),
    )
